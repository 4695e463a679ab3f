"""`fetch`: a dataset of an open-data portal becomes the file that [incidents] path names.

It stands before every run and is no part of one: a run reads the file, hashes it, and never asks a portal. Read `fetch`
(what is checked before a row is asked for), `draft` (`init` from an address); `io/portals` does the asking. `nightly`
calls it, too.
"""
