"""Results written for people: records and documents come in, pages and model cards go out as text.

Pure: the same input gives the same bytes. Nothing here knows a file, a clock or a socket; only `packaged` reads, and it
reads the package. Start with `words` (how numbers and times are written) and `page` (one closed, self-contained page),
then `plots` (how all is drawn); each other folder is a page: `run`, `audit`, `comparison`, `backtest`, `feedback`,
`monitor`.
"""
