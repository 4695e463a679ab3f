"""What became of people where patrol went, for chief, council and press: finding, picture, table, method, limits.

`finding` writes the sentences, `page` the page. Both read outcomes.json, which holds only what may be shown.
"""
