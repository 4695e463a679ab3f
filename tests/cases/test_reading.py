"""Cases of files as people save them: words for nothing, months without a day, codebooks of a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acceptance.conftest import called
from tests.cases.conftest import check, incidents

pytestmark = pytest.mark.shared


def refused(config: Path) -> tuple[int, str]:
    """Exit code of `check` and all that it says."""
    done = called("check", config)
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
        assert "the format has no day of the month, so no shift can be forecast" in text


def test_a_count_of_victims_is_no_person(case: Callable[[str], Path]) -> None:
    folder = case("16-denver-two-codes") / "configs"
    for name in ("city", "published"):
        source = incidents(check(folder / f"{name}.toml"))
        assert (name, source["rows_in"], source["kept"]) == (name, 4000, 4000)


def test_a_name_of_an_area_is_no_person_for_init_either(case: Callable[[str], Path], tmp_path: Path) -> None:
    data = case("04-uk-month-only") / "data" / "as_published.csv"
    done = called("init", data, "--out", tmp_path / "uk.toml")
    assert "persons" not in done.stdout + done.stderr


def test_a_codebook_of_a_spreadsheet_is_refused_with_how_to_save_it(case: Callable[[str], Path]) -> None:
    folder = case("26-codebook-resaved") / "configs"
    for name in ("semi", "cp1252"):
        code, text = refused(folder / f"{name}.toml")
        assert code == 10
        assert "save it as CSV UTF-8, with a comma between columns" in text


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("plus", "put the minus back"),
        ("micro", "divide them by 1,000,000"),
        ("dms", "these are degrees, minutes and seconds: export decimal degrees"),
        ("title", "one column where line 4 has more; the first line names the columns; delete what stands above them"),
        ("tab", "delimiter = '\\t'"),
    ],
)
def test_what_a_report_writer_did_to_places_and_headers_is_refused_with_its_cure(
    case: Callable[[str], Path], name: str, cure: str
) -> None:
    code, text = refused(case("29-report-writer-exports") / "configs" / f"{name}.toml")
    assert code == 13
    assert cure in text


def test_rows_that_lost_their_minus_are_refused_by_that_name(case: Callable[[str], Path]) -> None:
    source = incidents(check(case("29-report-writer-exports") / "configs" / "someplus.toml"))
    assert set(source["refused"]) == {"longitude or latitude without its minus"}
    assert source["kept"] + sum(source["refused"].values()) + sum(source["set_aside"].values()) == 4000


def test_dates_that_a_spreadsheet_half_exchanged_refuse_the_file(case: Callable[[str], Path]) -> None:
    folder = case("07-excel-resave") / "configs"
    for name in ("flipped", "flipped_norep"):
        code, text = refused(folder / f"{name}.toml")
        assert code == 13
        assert "day and month seem to be swapped in part of the file" in text
    assert incidents(check(folder / "yy_right.toml"))["kept"] == 3999
