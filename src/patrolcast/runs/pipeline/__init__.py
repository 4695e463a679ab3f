"""One run, from checked tables to gated suggestions, without disk or clock.

`CityTables`, `Settings`, the moment and the screen's findings come in; a `RunResult` goes out. Start with `run`, where
the order stands; then `windows` (which shifts are trained on, validated on, forecast), `inputs` (arrays of a category),
`training`, `baselines`, `forecasting` (its result is `forecast`), `allocation` with `levers`, `suggestions`, and the
audit: `residents`, `audited`, `audit`. `rolling_origin` gives back-tests and comparisons the past as it was known.
"""
