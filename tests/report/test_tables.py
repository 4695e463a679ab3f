"""Every cell of a page's tables says which column it belongs to, also where the heading comes from an export."""

from __future__ import annotations

import pytest
from tests.report.city import make_context, make_result
from tests.report.reader import Reader, unlabelled

from patrolcast.report.run.data_page import data_page
from patrolcast.report.tables import label_cells

HEAD = '<thead><tr><th scope="col">Group</th><th scope="col">{}</th><th scope="col" class="num">Ratio</th></tr></thead>'
ROW = '<tr><th scope="row">a</th><td>{}</td><td class="num"><b>2</b></td></tr>'


def table(heading: str, row: str, kind: str = "") -> str:
    return f"<table{kind}><caption>Groups</caption>{HEAD.format(heading)}<tbody>{row}</tbody></table>"


def test_a_cell_carries_the_heading_of_its_column() -> None:
    labelled = label_cells("<p>before</p>" + table("Residents", ROW.format(5)) + table("Minutes", ROW.format(7)))
    labels = [cell.get("data-label") for cell in Reader(labelled).all("td")]
    assert labels == ["Residents", "Ratio", "Minutes", "Ratio"]
    assert Reader(labelled).words.startswith("before Groups Group Residents Ratio a 5 2")
    assert "data-label" not in str(Reader(labelled).all("th"))


@pytest.mark.parametrize(
    ("heading", "label"),
    [("<b>Patrol</b> minutes", "Patrol minutes"), ("&lt;b&gt;", "<b>"), ('the "other" group', 'the "other" group')],
)
def test_a_heading_stays_escaped(heading: str, label: str) -> None:
    cells = Reader(label_cells(table(heading, ROW.format(5)))).all("td")
    assert cells == [{"data-label": label}, {"class": "num", "data-label": "Ratio"}]


@pytest.mark.parametrize("row", ['<tr><td colspan="3">No suggestions.</td></tr>', "", "<tr><td>first</td></tr>"])
def test_a_cell_across_columns_or_at_the_head_of_its_row_needs_no_label(row: str) -> None:
    assert label_cells(table("Residents", row)) == table("Residents", row)


def test_the_list_of_suggestions_keeps_its_own_face() -> None:
    assert label_cells(table("Residents", ROW, ' class="list"')) == table("Residents", ROW, ' class="list"')


def test_a_row_longer_than_its_head_is_left_as_it_is() -> None:
    assert Reader(label_cells(table("R", "<tr><th>a</th><td>1</td><td>2</td><td>3</td></tr>"))).all("td")[-1] == {}


def test_a_whole_page_is_labelled_and_otherwise_the_same() -> None:
    page = data_page(make_result(), make_context())
    cells = Reader(page).all("td")
    assert cells
    assert all("data-label" in cell or "colspan" in cell for cell in cells)
    assert label_cells(unlabelled(page)) == page
