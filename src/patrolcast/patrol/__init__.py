"""Patrol: from expected incidents to ranked, advisory suggestions within the shift's budget. Pure.

In comes an array of expected incidents by category, shift and cell; out go ranks, visits, the role and propensity of
each suggested cell, and the names of areas. Read `ranking` (score and order), `dosage` (the budget spent in that
order), then what a config may switch on: `caps` (cells that must rest), `exploration` (a randomised band at the end of
the budget), `allocation` (visits within bounds on the exposure of groups); `areas` names neighbouring cells.
`runs/pipeline/allocation` puts them in order.
"""
