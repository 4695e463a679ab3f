"""The `backtest` verb: past nights forecast again as they would have been, beside every peer, and scored.

A config comes in; `backtest.json`, `backtest.html` and `timing.json` go out, with a part for each training in between.
Read `windows` (origins and shifts), `model` and `peers` (what each method expects), `backtest` (the order, and the
parts), `scoring` and `hindsight` (skill, calibration, the rate known only afterwards), then `files`.
"""
