"""`records`: the published documents of a run, made from what the run left and from what the department states.

Read `gather.py` (what documents may cite), `make.py` (build, validate, write), `verify.py` (do they still hold?).
"""
