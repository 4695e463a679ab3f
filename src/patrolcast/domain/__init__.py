"""The base: the words of patrolcast, as types that every other room shares.

Nothing comes in: apart from `numerics` it imports nothing of ours. Out go frozen records, checked when they are made,
so that what a type forbids (an officer-initiated record among the counted ones, a column without admission) cannot be
handed on. Read `provenance` and `tables` (what is counted and what is set aside), `shifts` (time), `matrix` (how a
feature reaches the model), `records` (what a run hands on), then `errors`. `measures`, `comparison` and `screening`
hold what the audit, `compare` and the proxy screen measured; `dosage_log` the log of suggested and delivered patrol,
`exploration` what a plan leaves to chance;
`settings` the configuration.
"""
