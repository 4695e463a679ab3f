"""Which counts may be shown for the first time, and what is shown of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.runs.tiny_city import write_city

from patrolcast.audit.small_cells import suppress
from patrolcast.domain.errors import GateRefusedError
from patrolcast.domain.public.count_table import with_margins
from patrolcast.domain.settings import Settings
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.site.counts import as_shown, months_due, report_tables, resident_table


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return read_settings(write_city(tmp_path_factory.mktemp("tiny") / "city")).settings


@pytest.mark.parametrize(
    ("as_of", "shown", "due"),
    [
        ("2026-03-08T12:00+00:00", [], ["2026-01", "2026-02"]),
        ("2026-03-05T12:00+00:00", [], ["2025-12", "2026-01"]),
        ("2026-03-08T12:00+00:00", ["2026-01"], ["2026-02"]),
        ("2026-03-08T12:00+00:00", ["2026-02"], []),
    ],
)
def test_a_month_is_due_when_its_reports_are_complete_and_once(
    tiny: Settings, as_of: str, shown: list[str], due: list[str]
) -> None:
    two = tiny.model_copy(update={"site": tiny.site.model_copy(update={"months": 2})})
    assert months_due(two, datetime.fromisoformat(as_of), shown) == due


def test_what_lies_before_the_history_is_no_month_and_nothing_later_is_known(tiny: Settings) -> None:
    late, early = (datetime(2026, month, 28, 12, tzinfo=UTC) for month in (2, 1))
    months = ["2024-01", "2025-11", "2026-01", "2026-02"]
    assert [one.period for one in report_tables(tiny, late, months)] == ["2025-11", "2026-01"]
    [then] = report_tables(tiny, early, months)
    assert then == report_tables(tiny, late, months)[0]


def test_a_category_has_its_column_before_its_first_report(tmp_path: Path) -> None:
    """Were it not there before, its coming would show that a month has a report of it, and the one before none."""
    path = write_city(tmp_path / "city")
    book = path.parents[1] / "data" / "codebook.csv"
    lines = book.read_text().splitlines()
    new = ["ARSON,,arson,citizen,made up for the test", "DRUGS,,drugs,officer,made up for the test"]
    book.write_text("".join(f"{line}\n" for line in (*lines[:2], *new, *lines[2:])))
    [january] = report_tables(read_settings(path).settings, datetime(2026, 2, 28, 12, tzinfo=UTC), ["2026-01"])
    assert january.columns == ("arson", "burglary", "theft", "all"), "what officers alone record is no column"
    assert [row[0] for row in january.values] == [0, 0, 0]
    assert [sum(row[:-1]) for row in january.values] == [row[-1] for row in january.values]
    assert january.values[-1][1] < january.values[-1][2], "the tiny city has more thefts than burglaries"


def test_residents_come_from_the_audit_of_a_run() -> None:
    rows = [{"group": "b", "residents": 3.6}, {"group": "a", "residents": 1200.2}]
    audit = {"disparity": {"vintage": "ACS 2024", "districts": {"1": rows, "2": [dict(one) for one in rows]}}}
    table = resident_table(audit)
    assert table is not None
    assert (table.columns, table.values) == (("a", "b"), ((1200, 4), (1200, 4), (2400, 8)))
    assert resident_table({"disparity": {"districts": {"1": rows, "2": rows[:1]}}}) is None
    assert resident_table({}) is None


def test_what_is_shown_was_attacked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = with_margins("reports", "2026-05", ["1", "2"], ["theft", "arson"], [[30, 2], [40, 60]], by_row=True)
    shown = as_shown(whole, land="tiny", least=5)
    assert shown.values[0][1] is None
    monkeypatch.setattr(suppress, "_protect", lambda *_: None)
    with pytest.raises(GateRefusedError, match="1, arson could be found to lie between 2 and 2") as caught:
        as_shown(whole, land="tiny", least=5)
    assert caught.value.exit_code == 20
