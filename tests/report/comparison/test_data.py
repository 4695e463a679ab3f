"""A comparison as data: what was not measured is None, and every pair and measure has its row."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.report.comparison.test_page import comparison, pair

from patrolcast.domain.comparison import Difference
from patrolcast.domain.measures import unmeasured
from patrolcast.io.encode import json_bytes
from patrolcast.report.comparison.data import COLUMNS, comparison_document, comparison_table
from patrolcast.report.comparison.page import comparison_page
from patrolcast.report.comparison.words import NULL


def test_what_was_not_measured_is_none_in_the_data_and_said_on_the_page() -> None:
    found = comparison(pair("enforced"))
    gap = unmeasured("too few nights")
    cut = replace(
        found,
        variants=tuple(replace(one, measured=one.measured | {"log_exposure_ratio_b": gap}) for one in found.variants),
        pairs=(replace(found.pairs[0], differences=(Difference("log_exposure_ratio_b", gap, float("nan"), False),)),),
    )
    document = json.loads(json_bytes(comparison_document(cut)))
    assert document["pairs"][0]["differences"][0]["estimate"] is None
    assert "not measured" in comparison_page(cut)


def test_the_table_has_a_row_for_each_pair_and_measure() -> None:
    table = comparison_table(comparison(pair("enforced", hits=True), pair(NULL)))
    assert tuple(table.columns) == COLUMNS
    assert len(table) == 6
    assert table["supported"].sum() == 1
