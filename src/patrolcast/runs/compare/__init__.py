"""The `compare` verb: variants of a config on the same incidents, nights and patrol budget.

Configs come in; `comparison.json`, `comparison.csv` and `comparison.html` go out, with a part for each fold in between.
Read `variants` (what may differ), `prepare` (grids, panels, folds), `nights`, `fold_results` (what a variant comes to
on shared cells), then `compare` (measures, pairs and files).
"""
