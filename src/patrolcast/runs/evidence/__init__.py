"""`patrolcast evidence verify`: stored screens, loop tests and looks at a dosage log, asked and measured again.

In comes a config; out comes one line for each kind of evidence. Read `verify`. What each kind is bound to and what must
follow from what is in its own folder: `runs/screen/evidence`, `runs/simulate/evidence`, `runs/monitor/evidence`.
"""
