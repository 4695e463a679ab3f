"""`patrolcast simulate`: does a plan feed on itself? The closed loop over the real pipeline, in cities of known truth.

In comes a config; out go feedback.json, feedback.html and the stored loop test, without which `forecast` publishes
nothing. Read `city` (a simulated city on the product's grid), `loop` (one closed or open run), `scenario` (a pair of
runs and what it shows), `simulate` (all pairs, resumable), `evidence` (the stored test and its gate), `files`;
`from_city` fits a truth to the agency's own reports. The worlds are in `synthetic/`, the verdict in `audit/feedback`.
"""
