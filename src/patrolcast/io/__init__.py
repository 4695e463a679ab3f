"""The edge: the only folder that opens files or sockets. Everything behind it works on tables and text.

Paths come in, tables and text go out, and the other way round. Read `sources/` and `csv/` (what is read), `store/`
(what is written), `settings/` (the config), then the small ones: `safe_files` (whole or not at all), `hashing`,
`run_identity` (what a run was made from), `encode` (tables to bytes), `lock`, `machine`.
"""
