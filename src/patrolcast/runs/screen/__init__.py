"""`patrolcast screen`: every feature measured against the groups' shares, and how a run enforces what was stored.

In come the loaded city and its config; out go the measured associations (`configs/evidence/NAME.screen.json`) and, for
a run, the gate `proxy_screen` with the features that must stay out. Read `screen` (each feature's value by
cell, the document, and where it is stored), then `evidence` (is the stored screen still valid, and what does it
exclude). The statistics are in `features/proxies`. Counts by group are read here and in the audit, never in training.
"""
