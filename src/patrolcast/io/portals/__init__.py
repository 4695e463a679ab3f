"""Open-data portals: a dataset of Socrata, ArcGIS or CKAN, read to its end into one CSV file, or not at all.

`client` is the only way to the network: one host, HTTPS, caps of time and size, retries for what passes by itself.
`socrata`, `arcgis` and `ckan` say how each is asked: what the dataset is (`tables.Table`), and its next page of rows
in the order of a key. `snapshot` keeps the pages, goes on where a fetch was cut off, and puts the whole file in place.
"""
