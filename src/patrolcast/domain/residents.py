"""How many residents a group needs before anything is said of it, and of how many of them it must be said."""

LEAST_RESIDENTS = 500.0
"""Fewer residents of a group on the grid are not measured, by the audit and by the screen alike: a dozen people in one
place make that place a stand-in for the group, whatever is measured there. The default of ``[audit] least_residents``."""
