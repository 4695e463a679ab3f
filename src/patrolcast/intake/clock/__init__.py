"""The time of day: read where it stands apart from its date, and looked at as a whole for what cannot be one.

`apart` reads every way in which a clock is written in a column of its own; `rhythm` refuses dates in disguise and notes
heaps, lost months and times that seem to be of another zone.
"""
