"""`patrolcast monitor`: the dosage log and the records since, checked for a loop in use.

In come a config, its dosage log (or the log of its run folders), decisions and visits; out go monitor.json,
monitor.html and the stored verdict, whose gate `feedback_monitor` pauses publication on an alarm. Read `monitor` (one
run of all checks, and what is written), `invariance` (the pipeline on changed data), `evidence` (the stored
verdict and its gate). The statistics are in `audit/feedback`.
"""
