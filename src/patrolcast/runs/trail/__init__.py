"""The verbs under `trail`: what stands on record, and whether it still is what was written.

In come a config, a folder of runs or a trail, or nothing, which means every city below `runs/`; out go findings, rows
and proofs. Read `find` (which trails are meant), `verify`, then `entries` (what people search and take away). Every
start, night and page asks `pauses` whether the tool is paused: that stands on the trail and nowhere else.
"""
