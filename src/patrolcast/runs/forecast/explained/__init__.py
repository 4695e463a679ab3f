"""`explain`: why a stored run did, or did not, suggest a cell, for whoever asks.

In come a stored run and a cell by its name, index or coordinates; out come numbers and sentences, nothing is written.
Read `named_cell` (which cell is meant), `cell` (rank, reasons, contributions, and whether the run may be used at all),
then `reader` (the same facts for an officer, a resident and a court).
"""
