"""A sentence holds its figures, a figure its pointer; what is not there is an error, never a blank."""

from __future__ import annotations

import pytest

from patrolcast.domain.errors import GovernanceError
from patrolcast.report.records.cited.sources import Sources, printed, printed_at, resolved, token

CONTENT = {"rows": {"no time": 3, "a/b~c": 4, "x<y|z>%": 5}, "list": [{"n": 1234}], "none": None, "share": 0.314}
SOURCES = Sources({"m": ("manifest.json", CONTENT)}, "America/Chicago")


def test_a_sentence_names_the_source_of_each_figure() -> None:
    said = SOURCES.say("Of <m:/list/0/n|count> rows <m:/share|share> were kept.")
    assert said.text == "Of 1,234 rows 31 % were kept."
    assert [(one.source, one.pointer, one.form) for one in said.figures] == [
        ("manifest.json", "/list/0/n", "count"),
        ("manifest.json", "/share", "share"),
    ]
    assert said.words == "Of   rows   were kept."


@pytest.mark.parametrize("key", CONTENT["rows"])
def test_any_key_can_stand_in_a_template(key: str) -> None:
    said = SOURCES.say(f"<m:/rows/{token(key)}|count> and <m:/rows/{token(key)}|key>")
    assert said.text == f"{CONTENT['rows'][key]} and {key}"
    figure = next(said.figures)
    assert printed_at(CONTENT, figure.pointer, "count", "UTC", file="x") == str(CONTENT["rows"][key])


@pytest.mark.parametrize("pointer", ["/nothing", "/list/5", "/list/x", "/share/deeper"])
def test_what_is_not_there_is_an_error(pointer: str) -> None:
    with pytest.raises(GovernanceError, match="a record cites nothing that is not there"):
        SOURCES.say(f"<m:{pointer}>")
    assert not SOURCES.has("m", pointer)


def test_null_is_not_measured_and_no_document_has_nothing() -> None:
    assert SOURCES.say("<m:/none|count>").text == "not measured"
    assert not SOURCES.has("m", "/none")
    assert not SOURCES.has("former")


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        ({"a": 2, "b": 3}, "total", "5"),
        ([1, 2], "length", "2"),
        (0.6931471805599453, "times", "2"),
        (["vehicle_theft", "assault"], "listed", "vehicle theft and assault"),
        ([], "listed", "none"),
        ("2026-06-30T10:00:00Z", "moment", "Tuesday 30 June 2026, 05:00 CDT"),
        ("2026-06-30", "day", "2026-06-30"),
        ("2026-06-30T10:00:00Z", "dotted", "2026.6.30"),
        ("warn", "finding", "not clearly within the limit"),
        ("strange", "finding", "not measured"),
        (0.1, "exact", "0.1"),
        (True, "yes", "yes"),
        ("6% of it", "sentence", "6 % of it."),
    ],
)
def test_a_value_is_printed_in_its_form(value: object, form: str, text: str) -> None:
    assert printed(value, form, "America/Chicago") == text


def test_a_value_of_another_kind_is_an_error() -> None:
    with pytest.raises(GovernanceError, match="cannot be printed as count"):
        printed("many", "count", "UTC")


def test_the_whole_document_has_the_empty_pointer() -> None:
    assert resolved(CONTENT, "", file="x") is CONTENT
    assert printed_at(CONTENT, "/rows/no time", "path", "UTC", file="x") == "rows, no time"
