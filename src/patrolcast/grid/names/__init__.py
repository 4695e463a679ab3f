"""For readers only: what people call a cell, and what is drawn with the map. No number is made of either.

Cells and layers of names come in, text and lines go out, when every number of a run stands. Read `place_names` (the
rules), `street_crossings` (where named streets meet), `map_backdrop` (streets and water under the map's figures).
"""
