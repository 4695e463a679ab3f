"""Does the forecast feed on the patrol that it causes? Before use by simulation, in use by the operational logs.

Before use: `closed_loop` reduces a pair of simulated runs, closed and open, to a `LoopOutcome`, and `loop_verdict`
checks the outcomes of all cities and scenarios. In use: `dosage_log` turns the log and the records into arrays;
`e_process` (weekly sequential tests), `randomised_band` (effects where a random draw decided), `call_sources` (are
"citizen" labels true?) and `persistence` (do suggestions move?) each measure one thing; `monitor` runs them all on one
city, and `gates` turns what it found into verdicts. Read them in this order.
"""
