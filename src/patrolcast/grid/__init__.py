"""The grid: where is it, and how many were there?

In come the layers of a city, checked incidents and census areas, as tables; out come the cells, the panel (counts of
incidents by cell and shift, and by the night on which they became known) and the residents of each cell. Nothing here
opens a file. Read `cells` (H3 cells over the jurisdiction), `panel` (the only place where incidents become counts),
then what can be wrong with a feed: `feed_series` and `feed_health` (holes and surges of one series), `gaps` (which of
them are left out), `exposed` (what of a panel is left), `default_places`, `newest_report`. `layer_fit` compares the
layers with each other; `interpolate` puts residents onto cells, for the audit and the screen only; `overlay` joins
grids of different cell sizes, for comparisons. `names` says what people call a cell.
"""
