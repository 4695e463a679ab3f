"""The words beside the codes: read where they describe a code, left alone where somebody wrote them freely."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import pytest

from patrolcast.domain.errors import DataRefusedError, ProhibitedDataError
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


CLIPPED = [
    ("77A", "THEFT - BLDG", "911"), ("22", "BURGLARY - RES", "911"), ("13", "ASLT SIMPLE - KNIFE", "WALK-IN"),
    ("35", "DRUG POSS", "ON-VIEW"), ("90", "FOUND PROP", "OFCR INIT"), ("29", "VANDALISM", "911"),
]  # fmt: skip


def clipped(folder: Path, *, words: str = "Off_Desc", offence: str | None = None) -> DraftedCity:
    rows = [
        f"2026-01-13 1{i % 10}:00,41.9,-87.6,{code},{text if i % 2 else text.title()},{source},24-{i:03}"
        for i, (code, text, source) in enumerate(CLIPPED * 8)
    ]
    header = f"date,latitude,longitude,OffCd,{words},CallSrc,CaseNbr"
    (folder / "export.csv").write_text("\n".join([header, *rows, ""]))
    return draft_city(folder / "export.csv", out=folder / "configs" / "t.toml", offence=offence)


def test_headers_that_no_list_knows_are_found_by_what_stands_in_the_columns(tmp_path: Path) -> None:
    draft = clipped(tmp_path)
    columns = tomllib.loads(draft.config_text)["incidents"]["columns"]
    assert (columns["offence"], columns["call_source"]) == ("OffCd", "CallSrc")
    said = "offence: no header says so; OffCd was taken, as its values go with the words of Off_Desc; check it"
    assert said in draft.notes
    assert {r["offence"]: r["category"] or r["provenance"] for r in book_of(draft) if r["offence"]} == {
        "77A": "theft", "22": "burglary", "13": "assault", "35": "officer", "90": "administrative",
        "29": "criminal_damage",
    }  # fmt: skip
    assert draft.codebook_text.casefold().count("theft - bldg") == 1, "one text in two cases is shown once"


def test_without_a_column_of_codes_the_words_are_the_codes(tmp_path: Path) -> None:
    rows = [f"2026-01-13 1{i % 10}:00,41.9,-87.6,{text}" for i, (_, text, _) in enumerate(CLIPPED * 8)]
    (tmp_path / "export.csv").write_text("\n".join(["date,latitude,longitude,Was", *rows, ""]))
    draft = draft_city(tmp_path / "export.csv", out=tmp_path / "configs" / "t.toml")
    assert tomllib.loads(draft.config_text)["incidents"]["columns"]["offence"] == "Was"
    assert "offence: no header says so; Was was taken, as its words name offences; check it" in draft.notes


def test_codes_about_a_person_are_never_taken(tmp_path: Path) -> None:
    with pytest.raises(ProhibitedDataError):
        clipped(tmp_path, words="Suspect")


def test_a_person_can_name_the_column_and_a_wrong_name_is_refused_with_the_header(tmp_path: Path) -> None:
    draft = clipped(tmp_path, offence="CallSrc")
    assert tomllib.loads(draft.config_text)["incidents"]["columns"]["offence"] == "CallSrc"
    with pytest.raises(DataRefusedError, match=r"got no column 'offcd'; must be in its header; name one of date, lat"):
        clipped(tmp_path, offence="offcd")


def test_where_no_column_is_found_the_question_says_how_to_name_it(tmp_path: Path) -> None:
    draft = drafted(tmp_path, [{"zz": "a"}, {"zz": "b"}])
    asked = next(question for question in draft.undecided if "offence" in question)
    assert asked.endswith("name it: add --offence COLUMN --force to this command, which then drafts the codebook")
