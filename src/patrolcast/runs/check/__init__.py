"""The verb `check`: what a run would find in a config and its data, without making one.

In comes a config; out comes a report: problems that keep a run from starting, and warnings of what would keep it from
being published. Read `check`, then `warnings` (gates that would stop it, residents that cannot be measured) and
`database` (what a query returns).
"""
