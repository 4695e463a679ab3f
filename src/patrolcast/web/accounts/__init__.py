"""Who may come in, and what they may do.

Read `roles` (the six roles), `models` (accounts, training records, what was read), `adapters` and `signals` (how
somebody comes in, and what that leaves on the trail). An account is a unit or a desk of the department: no name, no
address, nothing else about a person is kept.
"""
