"""One table, three forms, the same cells."""

from __future__ import annotations

import pytest

from patrolcast.io.encode import csv_bytes, json_bytes
from patrolcast.report.site.tables import Link, SiteTable

TABLE = SiteTable("t", "A table", ("Place", "Reports"), ((Link("=north", "n.html"), 1234), ("south", None)))


def test_what_is_withheld_is_so_in_every_form() -> None:
    assert csv_bytes(TABLE.frame) == b"Place,Reports\n'=north,1234\nsouth,withheld\n"
    assert TABLE.document["rows"] == [["=north", 1234], ["south", None]]
    assert b"1234" in json_bytes(TABLE.document)


def test_an_empty_table_keeps_its_headings() -> None:
    assert csv_bytes(SiteTable("t", "A table", ("Place", "Reports"), ()).frame) == b"Place,Reports\n"


def test_a_row_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        SiteTable("t", "A table", ("Place",), (("north", 1),))
