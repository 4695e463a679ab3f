"""Rows of a database, read only: one statement, one read-only transaction, never a word of the URL.

A query or a table goes in, a source like any file comes out: its columns, its rows in an order of their own (a database
promises none), and the SHA-256 of what was read. Read `statement` (what may be asked), `address` (where, from the
environment), `reading` (one transaction, retried only where the connection was lost), `faults` (what the database said,
as one line without the URL), `values` and `row_order` (rows as text, in an order and with a hash that the rows alone
decide), `rows` (the source), `changes` (what of its rows is not what it was on another night), `layers` (a map layer by
a query). Nothing here is imported unless a config names a database: `io.sources.export` and `io.sources.geo_layers` are
the doors.
"""
