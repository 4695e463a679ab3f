"""A level or a taxonomy that changes at the end of an export is noted, and an even one is not."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.intake.builders import CODEBOOK, load, row

LAST = datetime(2026, 2, 27, 9)


def rows(newest: int, *, code: str = "THEFT", blocks: int = 7) -> list[str]:
    """Fifty incidents in every 28 days, ``newest`` of them with ``code`` in the last."""
    made = []
    for block in range(blocks):
        for i in range(newest if block == 0 else 50):
            moment = LAST - timedelta(days=28 * block, minutes=1 + i * 28 * 24 * 60 // (newest if block == 0 else 50))
            text = f"{moment:%Y-%m-%d %H:%M:%S}"
            place = f"{-87.69 + len(made) * 2e-5:.5f}", f"{41.81 + len(made) * 3e-5:.5f}"
            made.append(row(f"{block}-{i}", text, "", text, *place, code=code if block == 0 else "THEFT"))
    return made


def notes(folder: Path, made: list[str]) -> list[str]:
    (folder / "codebook.csv").write_text(CODEBOOK + "23H,,theft,citizen,made up\n")
    return [note for note in load(folder, made).notes if "the last 28 days" in note]


def test_a_feed_that_is_read_twice_is_noted(tmp_path: Path) -> None:
    assert notes(tmp_path, rows(100)) == [
        "the last 28 days hold 2.0 times the usual number of incidents: "
        "a feed read twice, or an agency that joined or left?"
    ]


def test_a_feed_that_dries_up_is_noted(tmp_path: Path) -> None:
    (note,) = notes(tmp_path, rows(20))
    assert note.startswith("the last 28 days hold 0.4 times")


def test_a_taxonomy_that_changes_midway_is_noted(tmp_path: Path) -> None:
    assert notes(tmp_path, rows(50, code="23H")) == [
        "100% of the last 28 days have codes that never occurred before: "
        "a new taxonomy? What came before it is not comparable"
    ]


def test_an_even_level_and_a_short_history_give_no_note(tmp_path: Path) -> None:
    assert notes(tmp_path, rows(50)) == []
    assert notes(tmp_path, rows(70)) == []
    (tmp_path / "short").mkdir()
    assert notes(tmp_path / "short", rows(200, blocks=3)) == []


def without_place(shares: dict[tuple[int, str], float], folder: Path) -> list[str]:
    """Notes on places of 600 records for each year and offence, of which a share has no place."""
    rows = [
        row(f"{year}{code}{i}", at := f"{year}-{1 + i % 12:02d}-{1 + i % 28:02d} {8 + i % 9:02d}:{i % 60:02d}:00", "",
            at, "" if i < share * 600 else f"{-87.699 + i * 7e-5:.5f}", f"{41.801 + i * 37 % 600 * 7e-5:.5f}", code)
        for (year, code), share in shares.items()
        for i in range(600)
    ]  # fmt: skip
    book = folder / "codebook.csv"
    book.write_text(CODEBOOK.replace("FRAUD,,,", "FRAUD,,fraud,"))
    return [note for note in load(folder, rows).notes if "usable place" in note]


def test_a_share_of_records_without_a_place_that_rises_over_the_years_is_noted(tmp_path: Path) -> None:
    shares = {(2023, "THEFT"): 0.01, (2024, "THEFT"): 0.03, (2025, "THEFT"): 0.06}
    [note] = without_place(shares, tmp_path)
    assert note.startswith(
        "records without a usable place rose from 1.0% in 2023 to 6.0% in 2025: these records are refused"
    )


def test_categories_that_lack_their_places_more_than_others_are_noted(tmp_path: Path) -> None:
    [note] = without_place({(2025, "THEFT"): 0.02, (2025, "FRAUD"): 0.08}, tmp_path)
    assert note.startswith("8.0% of fraud and 2.0% of theft have no usable place: these records are refused")


def test_few_lost_places_and_an_even_share_are_not_noted(tmp_path: Path) -> None:
    assert without_place({(2024, "THEFT"): 0.002, (2025, "THEFT"): 0.02}, tmp_path) == []
    assert without_place({(2024, "THEFT"): 0.05, (2025, "THEFT"): 0.06, (2025, "FRAUD"): 0.05}, tmp_path) == []
