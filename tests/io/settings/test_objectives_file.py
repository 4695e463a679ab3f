"""The file of objectives: one line with an example where it is none yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.domain.errors import GovernanceError
from patrolcast.io.settings.objectives_file import draft_text, read_objectives

GOOD = """
objectives_version = 1
[[objectives]]
id = "a"
goal = "Residents are asked before patrol is sent"
measure = "calibration"
at_most = 1.1
review = "2027-01-31"
owner = "Oversight board"
"""


def test_a_finished_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "o.toml").write_text(GOOD)
    assert read_objectives(tmp_path / "o.toml").objectives[0].id == "a"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "objectives o.toml: got no such file"),
        ("", "o.toml: objectives_version: must be stated"),
        ("x = [", "o.toml"),
        (GOOD.replace("Oversight board", "TBD"), "o.toml: [[objectives]] no. 1 owner: names nobody"),
        (GOOD.replace('owner = "Oversight board"\n', ""), "o.toml: [[objectives]] no. 1 owner: must be stated"),
        (GOOD + "metric = 1\n", "o.toml: [[objectives]] no. 1 metric: no such key"),
        (draft_text("town"), "o.toml: [[objectives]] no. 1 goal: a placeholder is no reason"),
    ],
)
def test_what_is_missing_or_unfinished_is_refused_with_11_in_one_line(
    tmp_path: Path, text: str | None, message: str
) -> None:
    if text is not None:
        (tmp_path / "o.toml").write_text(text)
    with pytest.raises(GovernanceError) as error:
        read_objectives(tmp_path / "o.toml")
    assert error.value.exit_code == 11
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_a_config_without_one_is_refused_with_an_example() -> None:
    with pytest.raises(GovernanceError, match=r"e\.g\. \[\[objectives\]\] id = "):
        read_objectives(None)


def test_the_draft_holds_nothing_that_passes_once_only_some_of_it_is_written(tmp_path: Path) -> None:
    some = draft_text("town").replace('goal = "TODO"', 'goal = "Residents are asked before patrol is sent"')
    (tmp_path / "o.toml").write_text(some.replace('owner = "TODO"', 'owner = "Oversight board"'))
    with pytest.raises(GovernanceError, match="review"):
        read_objectives(tmp_path / "o.toml")
