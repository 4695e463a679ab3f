"""`patrolcast monitor`: the dosage log and the records since, checked for a loop in use.

In come a config, its dosage log (or the log of its run folders), decisions and visits; out go monitor.json,
monitor.html and the stored verdict, whose gate `feedback_monitor` pauses publication on an alarm. Read `monitor` (one
run of all checks), `invariance` (the pipeline on changed data), `files` (what is written), `evidence` (the stored
verdict and its gate). The statistics are in `audit/feedback`.
"""
