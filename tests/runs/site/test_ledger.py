"""The ledger: what was shown is known, hangs together, and is stated by its hash."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from patrolcast.domain.errors import DataRefusedError, GateRefusedError
from patrolcast.domain.public.count_table import CountTable
from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.site_events import SitePublished
from patrolcast.io.trail import Trail
from patrolcast.io.trail.entry import Entry
from patrolcast.io.trail.scan import read_entries
from patrolcast.runs.site.ledger import Ledger, require_known, require_safe, stored_ledger

LAND = (0.0, 0.0, 1.0, 1.0)
MAY = CountTable("reports", "2026-05", ("1", "2", "all"), ("theft", "all"), ((30, 30), (40, 40), (70, 70)))
FIRST = Ledger("tiny", LAND).with_tables([(MAY, 5)])


def next_month(period: str, *values: int | None) -> CountTable:
    one, two, both = values
    return CountTable("reports", period, ("1", "2", "all"), ("theft",), ((one,), (two,), (both,)))


def entries(tmp_path: Path, *hashes: str) -> list[Entry]:
    with Trail(tmp_path / "trail", city="tiny", actor=Actor("a", "operator", "os")) as trail:
        for i, one in enumerate(hashes):
            trail.append(SitePublished(i + 1, 5, one))
    return list(read_entries(tmp_path / "trail")) if hashes else []


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "ledger.json").write_bytes(FIRST.data)
    assert stored_ledger(tmp_path, "tiny") == FIRST
    assert stored_ledger(tmp_path, "elsewhere") is None
    assert FIRST.periods("reports") == ["2026-05"]
    assert FIRST.holds(MAY)


@pytest.mark.parametrize("changed", [{"tables": [{}]}, {"land": [1]}, {"city": "other"}, {"ledger_version": 2}])
def test_another_form_is_refused(tmp_path: Path, changed: dict[str, object]) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "ledger.json").write_text(json.dumps({**FIRST.document, **changed}))
    with pytest.raises(DataRefusedError, match=r"tiny/ledger\.json"):
        stored_ledger(tmp_path, "tiny")


def test_nothing_new_is_the_same_ledger_and_something_new_goes_on_from_the_former() -> None:
    assert FIRST.with_tables([]) is FIRST
    assert FIRST.before == Ledger("tiny", LAND)
    assert Ledger("tiny", LAND).before is None
    later = FIRST.with_tables([(next_month("2026-06", 9, 8, 17), 5)], (0.5, 0.0, 2.0, 1.0))
    assert later.before == FIRST
    assert later.land == (0.0, 0.0, 2.0, 1.0), "what was ever counted is covered"


def test_the_ledger_of_the_last_release_is_needed_or_the_one_that_goes_on_from_it(tmp_path: Path) -> None:
    second = FIRST.with_tables([(next_month("2026-06", 9, 8, 17), 5)])
    third = second.with_tables([(next_month("2026-07", 9, 8, 17), 5)])
    stated = entries(tmp_path, FIRST.sha256, second.sha256)
    require_known(second, stated, "tiny")
    require_known(third, stated, "tiny")
    for wrong in (None, FIRST):
        with pytest.raises(DataRefusedError, match="release 2 is on the audit trail"):
            require_known(wrong, stated, "tiny")


def test_a_release_that_died_before_its_entry_is_known_also_where_the_one_before_had_no_counts(tmp_path: Path) -> None:
    empty = Ledger("tiny", LAND)
    require_known(empty.with_tables([(MAY, 5)]), entries(tmp_path, empty.sha256), "tiny")


@pytest.mark.parametrize("forged", [(), (next_month("2026-05", 31, 40, 71),)])
def test_a_ledger_that_only_says_that_it_goes_on_from_the_last_is_refused(
    tmp_path: Path, forged: tuple[CountTable, ...]
) -> None:
    """Somebody takes a month out, or writes other counts, so that it is counted anew, and keeps the place in line."""
    stated = entries(tmp_path, FIRST.sha256)
    later = FIRST.with_tables([(next_month("2026-06", 9, 8, 17), 5)])
    require_known(later, stated, "tiny")
    tables = tuple((one, 5) for one in forged) + later.tables[1:]
    with pytest.raises(DataRefusedError, match="got another ledger"):
        require_known(dataclasses.replace(later, tables=tables), stated, "tiny")


def test_a_trail_without_a_release_asks_for_none() -> None:
    require_known(None, [], "tiny")
    require_known(FIRST, [], "tiny")


def test_all_that_was_shown_is_attacked_together() -> None:
    require_safe({"tiny": FIRST})
    bare = FIRST.with_tables([(next_month("2026-06", None, 8, 10), 5)])
    with pytest.raises(GateRefusedError, match="2026-06: 1, theft could be found to lie between 2 and 2"):
        require_safe({"tiny": bare})


def test_two_releases_that_contradict_each_other_are_refused() -> None:
    twice = FIRST.with_tables([(next_month("2026-05", 31, 40, 71), 5)])
    with pytest.raises(GateRefusedError, match="two different numbers are stated"):
        require_safe({"tiny": twice})


def test_two_tables_of_one_month_are_one_system() -> None:
    hidden = next_month("2026-06", None, None, 30)
    coarse = CountTable("reports", "2026-06", ("2",), ("theft",), ((27,),))
    require_safe({"tiny": FIRST.with_tables([(hidden, 5)])})
    with pytest.raises(GateRefusedError, match="between 3 and 3"):
        require_safe({"tiny": FIRST.with_tables([(hidden, 5), (coarse, 5)])})
