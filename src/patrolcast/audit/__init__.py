"""The audit: who receives the patrol, does it feed on itself, may the run be published. Pure.

In come tables and arrays of a run, its comparison or its logs; out go frozen records (`domain/measures`,
`domain/comparison`) and gates (`domain/records.GateResult`). Read `gates` first (what a run must pass), then `waivers`
(written exceptions), `batch_means` (intervals over nights that depend on each other, used by all three rooms), and
then a room: `disparity/` audits one run by group, `compare/` sets variants side by side, `feedback/` looks for loops,
in simulation before use and in the logs after it.
"""
