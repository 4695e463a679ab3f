"""Files of the feed checks: how an export ends on disk (`file_end`), and what accepted nights read (`history`).

The history is a small JSON file beside the runs of a city. It carries a hash of itself: a damaged one is none, and what
can be known without it is measured without it.
"""
