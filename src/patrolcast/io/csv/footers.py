"""Lines that a query or a report writes below its rows: how many they were, their total, when it was printed."""

import re

_COUNTED = r"rows?|records?|lines?|entries|results?|incidents?|cases?"
_FOOTER = re.compile(
    rf"\W*(?:(?:\d[\d.,' ]*|no |all )\s*(?:{_COUNTED})\b|(?:grand |sub)?total\b|(?:{_COUNTED})\s*(?:count|affected"
    r"|selected|returned|exported|:)|(?:count|sum)\b|end of\b|completion time|page \d|(?:generated|printed|exported) "
    r"(?:on|at|by)\b|report (?:date|run|generated)|source:)",
    re.IGNORECASE,
)


def is_footer(text: str, delimiter: str) -> bool:
    """True for a line that a query or a report writes below its rows.

    >>> is_footer("(3999 rows affected)", ","), is_footer("Total: 3999", ","), is_footer("9,2026-01-10 1", ",")
    (True, True, False)
    """
    return _FOOTER.match(text.split(delimiter)[0]) is not None
