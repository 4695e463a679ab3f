"""`kit`: what an outside expert needs to check a run without the department's data, as one zip.

Read `make.py` (what goes in, and when there is none), `on_trail.py` (the run's entries with their proofs), `audit.py`
(tables from which the audit is computed again), `twin.py` (records that are nobody's). `tools/verify_kit.py` checks it
all elsewhere, with Python alone.
"""
