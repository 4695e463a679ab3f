"""Cases of files as people save them: words for nothing, months without a day, codebooks of a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acceptance.conftest import patrolcast
from tests.cases.conftest import check, incidents

pytestmark = pytest.mark.shared


def refused(config: Path) -> tuple[int, str]:
    """Exit code of `check` and all that it says."""
    done = patrolcast("check", config)
    return done.returncode, done.stdout + done.stderr


def test_words_and_dates_that_databases_write_for_no_end_are_no_end(case: Callable[[str], Path]) -> None:
    folder = case("02-null-words") / "configs"
    for name in ("empty", "null", "nullp", "na", "y1900", "y9999"):
        source = incidents(check(folder / f"{name}.toml"))
        assert (name, source["rows_in"], source["kept"], source["refused"]) == (name, 4000, 4000, {})


def test_months_without_a_day_are_refused_in_their_own_words(case: Callable[[str], Path]) -> None:
    folder = case("04-uk-month-only") / "configs"
    for name in ("city", "day", "published"):
        code, text = refused(folder / f"{name}.toml")
        assert code == 10
        assert "months without a day: no shift can be forecast" in text


def test_a_count_of_victims_is_no_person(case: Callable[[str], Path]) -> None:
    folder = case("16-denver-two-codes") / "configs"
    for name in ("city", "published"):
        source = incidents(check(folder / f"{name}.toml"))
        assert (name, source["rows_in"], source["kept"]) == (name, 4000, 4000)


def test_a_name_of_an_area_is_no_person_for_init_either(case: Callable[[str], Path], tmp_path: Path) -> None:
    data = case("04-uk-month-only") / "data" / "as_published.csv"
    done = patrolcast("init", data, "--out", tmp_path / "uk.toml")
    assert "persons" not in done.stdout + done.stderr
