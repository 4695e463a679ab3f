"""The grid: where is it, and how many were there?

In come the layers of a city, checked incidents and census areas, as tables; out come the cells, the panel (counts of
incidents by cell and shift, and by the night on which they became known) and the residents of each cell. Nothing here
opens a file. Read `cells` (H3 cells over the jurisdiction), `panel` (the only place where incidents become counts),
then `interpolate` (residents onto cells, for the audit and the screen only) and `overlay` (grids of different cell
sizes, for comparisons).
"""
