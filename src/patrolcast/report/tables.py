"""Tables that become rows on a phone: each cell carries the heading of its column, to stand before it there.

Done once for all pages, on the finished markup, so that no template repeats its headings and none can be forgotten.
"""

import re
from itertools import count

_TABLE = re.compile(r"(<table\b[^>]*>)(.*?)(<thead>.*?</thead>)(.*?</table>)", re.DOTALL)
_HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[dh])\b([^>]*)>")
_LIST = 'class="list"'
"""The list of suggestions, which has a face of its own on a phone."""


def label_cells(page: str) -> str:
    """The page with ``data-label`` on every ``td`` of its tables: the heading of the cell's column.

    Headings stand in the markup as they do in the table's head, already escaped. The first column needs none: it heads
    the row. Cells that span columns get none.

    >>> label_cells("<table><thead><th>Group</th><th>Ratio</th></thead><tr><th>a</th><td>2</td></tr></table>")
    '<table><thead><th>Group</th><th>Ratio</th></thead><tr><th>a</th><td data-label="Ratio">2</td></tr></table>'
    """
    return _TABLE.sub(_labelled, page)


def _labelled(table: re.Match[str]) -> str:
    opening, before, head, body = table.groups()
    if _LIST in opening:
        return table[0]
    headings = [re.sub(r"<[^>]+>", "", heading).replace('"', "&#34;") for heading in _HEADING.findall(head)]
    return opening + before + head + _ROW.sub(lambda row: _labelled_row(row[0], headings), body)


def _labelled_row(row: str, headings: list[str]) -> str:
    place = count()

    def cell(match: re.Match[str]) -> str:
        kind, attributes = match.groups()
        at = next(place)
        if kind == "th" or at == 0 or at >= len(headings) or "colspan" in attributes:
            return match[0]
        return f'<{kind}{attributes} data-label="{headings[at]}">'

    return _CELL.sub(cell, row)
