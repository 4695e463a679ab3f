"""Variants side by side: `comparison.html`, `comparison.json` and `comparison.csv`.

In comes a `domain.comparison.Comparison`; out come its finding, a sentence for each pair, the pictures, and all of it
as data. Read `words` (what may be said), `finding` (what leads), then `page`, `plots` and `data`.
"""
