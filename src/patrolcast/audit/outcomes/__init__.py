"""What became of people since suggestions are used: contrasts of monthly counts, and whether reported crime moved.

Read `contrasts` first (which months, areas and groups are compared), then `ratios` (the interval of a ratio of counts),
`months_apart` (how much more months differ than chance lets them), `findings` (what may be called one, of all that were
asked), `shown` (which counts are too small to be shown) and `reported_crime` (the drawn cells).
"""
