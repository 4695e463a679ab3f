"""The one reader of delimited text, for exports, codebooks, tables and `init` alike.

A path comes in; batches of text columns with the line of each record go out, or one line that says where the file is
no such table. Read `lines` (bytes to records), `quotes` (which lines are one record), `scan` (one strict pass that
refuses before anything is parsed), `source` (batches for a run), `strict` (small tables that must be whole).
"""
