"""The published records of a run: documents that an outsider can hold against the run, and nobody writes by hand.

`cited/` holds how a document is made of plain words and of figures that say where they come from; `documents/` one
file a document; `catalogue.py` their order and which profile asks for which.
"""
