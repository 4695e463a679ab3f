"""How many residents a group needs before anything is said of it, and of how many of them it must be said."""

LEAST_RESIDENTS = 500.0
"""Fewer residents of a group on the grid are not measured, by the audit and by the screen alike: a dozen people in one
place make that place a stand-in for the group, whatever is measured there. Default of ``[audit] least_residents``."""

LEAST_MEASURED_SHARE = 0.95
"""Of a group's residents that must have counts on the grid; default of ``[audit] least_measured_share``. A twentieth
unseen, with anything from no patrol to twice the others', moves the group's exposure by a twentieth at most: the
difference that `audit/compare` calls too small to matter."""
