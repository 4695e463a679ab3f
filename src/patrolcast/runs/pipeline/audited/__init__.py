"""What the audit of a run looks at and leaves behind: nights with their patrol, intervals, tables, the price of caps.

In come the forecast of the validation nights and residents; out go arrays and tables for `runs/pipeline/audit`, which
calls them. Read `nights` first, then `intervals`, `caps_price`, and `tables` (what stands in the run folder).
"""
