"""The public audit site: pages, and beside each table the same as CSV and JSON, made from one table so that they agree.

Nothing of a run is copied: its own pages name cells, and counts of single cells. What may be shown is listed in
`allowed`; counts of reports and residents come only as `domain.public.count_table`, small ones withheld before they
arrive. Read `values` (what comes in), `allowed`, `tables`, then the pages, `written` and `feed`.
"""
