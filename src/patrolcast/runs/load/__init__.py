"""Sources and layers to checked tables, for every verb.

Settings and a moment come in; a `LoadedCity` goes out: incidents as known then, records set aside, layers, and the
account of every source. Read `city`, then `layers` (`census_layers`, `officer_layers`: what no place layer may be),
`residents`, `name_layers` (what places are called, cleaned by `display_names`), `operations` (the log of
suggestions and visits).
"""
