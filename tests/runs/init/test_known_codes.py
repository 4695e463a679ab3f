"""Known codebooks: equal codes alone are not enough."""

from __future__ import annotations

from patrolcast.runs.init.codebook import DraftRow
from patrolcast.runs.init.known_codes import KnownCodebook, by_nibrs, explaining_codebook, known_codebooks


def entry(offence: str, category: str, provenance: str) -> dict[str, str]:
    return {
        "offence": offence, "call_source": "", "category": category, "provenance": provenance, "ground": "known",
    }  # fmt: skip


BOOK = KnownCodebook(
    "book.csv",
    (entry("220", "burglary", "citizen"), entry("520", "", "officer"), entry("23*", "theft", "citizen")),
)


def row(code: str, category: str = "", provenance: str = "unknown", kind: str = "proposed") -> DraftRow:
    return DraftRow(code, kind, category, provenance, "", (), 10, 0)


def test_a_codebook_explains_codes_whose_words_agree() -> None:
    codes = [row("220", "burglary", "citizen"), row("520", "", "officer"), row("23F", "theft", "citizen")]
    found = explaining_codebook(codes, [BOOK])
    assert (found.book, found.confirmed, found.notes) == (BOOK, True, [])


def test_a_codebook_with_the_same_codes_for_other_offences_is_not_used_and_that_is_said() -> None:
    codes = [row("220", "burglary", "citizen"), row("520", "burglary", "citizen"), row("23F", "theft", "citizen")]
    found = explaining_codebook(codes, [BOOK])
    assert found.book is None
    assert found.notes == ["book.csv has the same codes, but other words (e.g. for 520): it was not used"]


def test_without_words_equal_codes_only_propose() -> None:
    codes = [row(code, kind="open") for code in ("220", "520", "23F")]
    found = explaining_codebook(codes, [BOOK])
    assert (found.book, found.confirmed) == (BOOK, False)


def test_most_records_must_be_explained() -> None:
    codes = [row(code, kind="open") for code in ("220", "999", "998")]
    assert explaining_codebook(codes, [BOOK]).book is None
    assert explaining_codebook([], [BOOK]).book is None


def test_codes_as_only_nibrs_writes_them_confirm_its_codebook() -> None:
    nibrs = KnownCodebook("nibrs.csv", tuple(entry(code, "theft", "citizen") for code in ("23F", "23G", "23H", "220")))
    codes = [row(code, kind="open") for code in ("23F", "23G", "23H", "220")]
    assert explaining_codebook(codes, [nibrs]).confirmed
    assert by_nibrs("23F/2", [nibrs]) == entry("23F", "theft", "citizen")
    assert by_nibrs("23FA", [nibrs]) is None
    assert by_nibrs("23F", [BOOK]) is None


def test_rows_that_are_open_explain_nothing_and_a_table_of_other_columns_is_no_codebook() -> None:
    books = {"a.csv": [entry("1", "", "officer"), entry("2", "", "officer") | {"ground": "TODO: 5 records"}], "b": [{}]}
    (book,) = known_codebooks(books)
    assert [r["offence"] for r in book.rows] == ["1"]
