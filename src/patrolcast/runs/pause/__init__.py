"""Stopping publication and letting it go on: by a person, by a check, by the monitor's alarm; going on takes two.

That the tool is paused stands on the audit trail and nowhere else, so it outlives every restart, and whoever takes the
record of it away has broken the trail (`runs/trail/pauses` reads it). Read `pausing`: pause, resume, refuse.
"""
