"""The beam: the only code that knows the order of things, one folder a verb.

Doors (`cli`) call in with a path and a moment; pillars are called with tables and plain arguments; results go back as
records. Start with `pipeline/run`, where the order of a run stands, then `load` (sources to checked tables) and the
folder of the verb you are after; `forecast` and `nightly` write and publish.
"""
