"""The verb `nightly`: the run that a timer starts and nobody watches.

In comes a config; out go a published run, `status.json` and a log line for each step. Read `nightly` (lock, recovery,
run, gates, publication, retention, in that order), then `published_history` (the table of earlier nights that caps and
cool-downs count).
"""
