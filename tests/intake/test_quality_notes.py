"""A level or a taxonomy that changes at the end of an export is noted, and an even one is not."""

from __future__ import annotations

from collections.abc import Callable
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


def by_month(folder: Path, place: Callable[[int, int], tuple[str, str]], *, hour: Callable[[int], int]) -> list[str]:
    """Notes on eight months of 200 records each; ``place`` and ``hour`` say where and when."""
    rows = [
        row(
            f"{month}-{i}",
            at := f"2025-{month:02d}-{1 + i % 28:02d} {hour(i):02d}:{i % 60:02d}:00",
            "",
            at,
            *place(month, i),
        )
        for month in range(1, 9)
        for i in range(200)
    ]  # fmt: skip
    return list(load(folder, rows).notes)


def scattered(month: int, i: int) -> tuple[str, str]:
    return f"{-87.699 + (i * 8 + month) * 2e-5:.5f}", f"{41.801 + (i * 37 % 200 * 8 + month) * 2e-5:.5f}"


def test_months_in_which_a_coordinate_is_rounded_or_repeated_are_named(tmp_path: Path) -> None:
    def rounded(month: int, i: int) -> tuple[str, str]:
        east, north = scattered(month, i)
        return (f"{float(east):.3f}", f"{float(north):.3f}") if month >= 7 else (east, north)

    def repeated(month: int, i: int) -> tuple[str, str]:
        return (scattered(month, i)[0], "41.81") if month >= 6 else scattered(month, i)

    for name, place, first in (("rounded", rounded, "2025-07"), ("repeated", repeated, "2025-06")):
        (tmp_path / name).mkdir()
        notes = by_month(tmp_path / name, place, hour=lambda i: i % 24)
        assert any(
            note.startswith(f"{first} to 2025-08: incidents stand on far fewer different places") for note in notes
        )
    assert not any("fewer different" in note for note in by_month(tmp_path, scattered, hour=lambda i: i % 24))


def test_hours_whose_places_are_withheld_are_named(tmp_path: Path) -> None:
    def withheld(month: int, i: int) -> tuple[str, str]:
        return ("", "") if i % 24 < 8 and i % 4 == 0 else scattered(month, i)

    notes = by_month(tmp_path, withheld, hour=lambda i: i % 24)
    assert any("records between 00:00 and 08:00 and 0.0% of those between" in note for note in notes)
    assert not any("of records between" in note for note in by_month(tmp_path, scattered, hour=lambda i: i % 24))


def test_a_default_address_of_a_new_system_or_of_one_category_is_named_with_its_place(tmp_path: Path) -> None:
    def moved(month: int, i: int) -> tuple[str, str]:
        return ("-87.68", "41.82") if month >= 7 and i % 10 == 0 else scattered(month, i)

    def two_years(place: Callable[[int, int], tuple[str, str]], folder: Path) -> list[str]:
        folder.mkdir()
        days = {1: "2025-01", 2: "2025-02", 3: "2025-03", 4: "2025-04", 8: "2026-01", 9: "2026-02"}
        (folder / "codebook.csv").write_text(CODEBOOK.replace("FRAUD,,,", "FRAUD,,fraud,"))
        rows = [
            row(f"{month}-{i}", at := f"{days[month]}-{1 + i % 28:02d} {i % 24:02d}:{i % 60:02d}:00", "", at,
                *place(month, i), "FRAUD" if i % 5 == 0 else "THEFT")
            for month in days
            for i in range(200)
        ]  # fmt: skip
        return [note for note in load(folder, rows).notes if "on one point" in note and "41.8200, -87.6800" in note]

    notes = two_years(moved, tmp_path / "moved")
    assert any(note.startswith("40 incidents of the newest half year stand on one point") for note in notes)
    assert any(note.startswith("16.7% of fraud (40) stand on one point") for note in notes)
    assert two_years(scattered, tmp_path / "even") == []
