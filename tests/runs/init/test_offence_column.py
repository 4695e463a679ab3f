"""The words beside the codes: read where they describe a code, left alone where somebody wrote them freely."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from patrolcast.runs.init.draft import DraftedCity, draft_city


def drafted(folder: Path, rows: list[dict[str, str]]) -> DraftedCity:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["date", "latitude", "longitude", *rows[0]])
    writer.writeheader()
    writer.writerows({"date": "2026-01-13 10:00", "latitude": "41.9", "longitude": "-87.6", **row} for row in rows)
    (folder / "export.csv").write_text(text.getvalue())
    return draft_city(folder / "export.csv", out=folder / "configs" / "t.toml")


def book_of(draft: DraftedCity) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(draft.codebook_text)))


def test_local_codes_are_proposed_from_all_columns_of_words_beside_them(tmp_path: Path) -> None:
    rows = [
        {"offense code": code, "offense type": kind, "description": words}
        for code, kind, words in (
            ("L1", "THEFT", "FROM BUILDING"), ("M7", "WEAPONS VIOLATION", "UNLAWFUL USE HANDGUN"),
            ("X3", "OTHER", "ZIG"),
        )
    ]  # fmt: skip
    draft = drafted(tmp_path, rows)
    assert [(r["offence"], r["category"], r["provenance"]) for r in book_of(draft)] == [
        ("X3", "", "unknown"), ("L1", "theft", "citizen"), ("M7", "", "officer"),
    ]  # fmt: skip
    assert book_of(draft)[1]["ground"] == ("TODO: proposed: theft (NIBRS 23A to 23H); THEFT: FROM BUILDING; 1 records")
    assert draft.undecided[0] == (
        "[codebook] 3 of 3 rows: 1 open: category and provenance of codes that neither a known codebook nor words "
        "explain; 2 proposed: where you agree, write your name in place of 'TODO: proposed:'"
    )
    assert "the words of offense type and description were read to propose what a code means" in draft.notes
    assert (
        "proposed from the words beside the codes, nothing is decided: officer, not forecast (1 codes, 1 records), "
        "theft (1 codes, 1 records)" in draft.notes
    )


def test_a_column_that_somebody_wrote_freely_is_not_read(tmp_path: Path) -> None:
    rows = [{"offense code": f"L{i % 2}", "description": f"theft seen by neighbour {i}"} for i in range(40)]
    draft = drafted(tmp_path, rows)
    assert [r["ground"] for r in book_of(draft)] == ["TODO: 20 records"] * 2
    assert "neighbour" not in draft.codebook_text


def test_a_phone_number_among_the_words_is_masked(tmp_path: Path) -> None:
    draft = drafted(tmp_path, [{"offense code": c, "description": f"theft 312-555-010{c}"} for c in "12"])
    assert "555" not in draft.codebook_text
    assert "[masked]" in draft.codebook_text


def test_codes_that_are_words_themselves_are_proposed_without_a_description(tmp_path: Path) -> None:
    draft = drafted(tmp_path, [{"offense": text} for text in ("Larceny - Shoplifting", "Drug Violation")])
    assert [(r["offence"], r["category"] or r["provenance"]) for r in book_of(draft)] == [
        ("Larceny - Shoplifting", "theft"), ("Drug Violation", "officer"),
    ]  # fmt: skip


def test_codes_of_a_known_list_that_mean_other_offences_here_stay_open_or_follow_their_words(tmp_path: Path) -> None:
    words = {"520": "BURGLARY RESIDENCE", "220": "WEAPON LAW VIOLATIONS", "290": "AUTO THEFT", "240": "VANDALISM"}
    draft = drafted(tmp_path, [{"offense code": code, "description": text} for code, text in words.items()])
    assert {r["offence"]: r["category"] or r["provenance"] for r in book_of(draft)} == {
        "520": "burglary", "220": "officer", "290": "vehicle_theft", "240": "criminal_damage",
    }  # fmt: skip
    assert any(note.startswith("nibrs.csv has the same codes, but other words") for note in draft.notes)


def test_a_comma_that_a_person_adds_to_a_reason_breaks_no_row(tmp_path: Path) -> None:
    rows = [{"offense code": code, "description": 'LARCENY "OTHER"'} for code in ("A", "B")]
    text = drafted(tmp_path, rows).codebook_text.replace("TODO: proposed:", "agreed, S. Doe:")
    assert {r["ground"][:20] for r in csv.DictReader(io.StringIO(text))} == {"agreed, S. Doe: thef"}
    assert all(None not in r for r in csv.DictReader(io.StringIO(text)))
