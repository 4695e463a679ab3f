"""What every record is made of: words, and figures that carry a JSON pointer to where they come from.

Read `sources.py` first (a figure, how it is printed, and the sentence that holds it), then `record.py` (parts and
entries), then `written.py` (HTML, Markdown, JSON) and `stale.py` (does each figure still equal its source?).
"""
