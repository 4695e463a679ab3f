"""`responses.toml` as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.domain.errors import GovernanceError
from patrolcast.io.governance.responses import read_responses

BLOCK = """
[[findings]]
id = "{id}"
by = "Harbor Street Coalition"
day = "{day}"
finding = "Two streets are suggested on every night of a month."
answer = "open"
"""


def test_no_register_is_none_and_an_empty_one_is_empty(tmp_path: Path) -> None:
    assert read_responses(tmp_path) is None
    (tmp_path / "responses.toml").write_text("")
    assert read_responses(tmp_path) == ()


def test_findings_come_newest_first(tmp_path: Path) -> None:
    text = BLOCK.format(id="a", day="2026-05-04") + BLOCK.format(id="b", day="2026-06-04")
    (tmp_path / "responses.toml").write_text(text)
    assert [one.id for one in read_responses(tmp_path) or ()] == ["b", "a"]


@pytest.mark.parametrize("text", ["[[findings]\n", BLOCK.format(id="a", day="soon"), "[[other]]\nx = 1\n"])
def test_what_is_no_register_ends_with_11_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "responses.toml").write_text(text)
    with pytest.raises(GovernanceError, match=r"responses\.toml") as caught:
        read_responses(tmp_path)
    assert caught.value.exit_code == 11
    assert "\n" not in str(caught.value)
