"""Everything that is read once: exports, tables, layers.

Paths come in; sources that hand on batches of text columns, and layers as tables, go out, each with its hash. Read
`byte_stream` (packed or not, in bounded memory), `columnar` and `geo_layers` (one format each),
`export` (the door that picks the right one), `export_sample` (a first look for `init`, through the same door).
"""
