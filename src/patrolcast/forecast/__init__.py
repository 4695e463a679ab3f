"""The forecast: expected incidents per cell, shift and category, beside the baselines it must beat. Pure.

An `AdmittedMatrix` and counts come in; expected incidents, intervals and reasons go out. Read `stacked_rates` (the
start), `gbm` (the trees), `shrinkage` (how far they are followed), `baseline` and `validation` (does the model beat
counting?), `intervals`, `explain`; then what measures a forecast: `skill`, `calibration`, `paired`, `hindsight_rate`,
and `peers/`, the methods of others.
"""
