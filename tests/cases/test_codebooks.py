"""Codebooks as they come back from a spreadsheet or a merge, and what `init` writes under another name."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acceptance.conftest import called
from tests.cases.conftest import check, incidents

pytestmark = pytest.mark.shared

Make = Callable[[str], Path]


def test_a_codebook_as_a_spreadsheet_saves_it_is_read_or_refused_in_its_own_words(case: Make) -> None:
    configs = case("26-codebook-resaved") / "configs"
    for name in ("bom", "crlf", "extra", "blank"):
        assert incidents(check(configs / f"{name}.toml"))["kept"] == 3999
    for name, said in (
        ("twice", "twice.csv line 7: got '310' again; one row a code"),
        ("caps", "caps.csv line 2 provenance: got 'Citizen'"),
        ("cp1252", "cp1252.csv line 7: got byte 0xe0"),
    ):
        assert check(configs / f"{name}.toml")["problems"][0].startswith(said)


def test_two_columns_of_provenance_are_refused_whichever_stands_last(case: Make) -> None:
    folder = case("26-codebook-resaved") / "configs"
    book = folder / "codebooks" / "crlf.csv"
    head, *rows = book.read_text(encoding="utf-8").splitlines()
    for twin in ("provenance", "Provenance", "provenance.1"):
        book.write_text("\n".join([f"{head},{twin}", *(f"{row},officer" for row in rows if row)]) + "\n")
        (problem,) = check(folder / "crlf.toml")["problems"]
        assert "two columns 'provenance'" in problem


def test_init_writes_what_bears_the_name_of_its_config(case: Make) -> None:
    folder = case("00-base")
    out = folder / "configs" / "north.toml"
    assert called("init", folder / "data" / "incidents.csv", "--out", out).returncode == 0
    drafted = tomllib.loads(out.read_text(encoding="utf-8"))
    assert drafted["codebook"]["path"] == "codebooks/north.csv"
    assert (out.parent / drafted["codebook"]["path"]).is_file()
    assert drafted["area"]["timezone"] == "America/Los_Angeles"
    assert drafted["area"]["district_column"] == "district"
