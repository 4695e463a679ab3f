"""A text goes only under a rule that says something."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.io.trail.trails import small_trail

from patrolcast.domain.errors import UsageError
from patrolcast.runs.trail.find import CityTrail
from patrolcast.runs.trail.redact import redact_entry


@pytest.mark.parametrize("rule", ["", "x", "----", "12/2026"])
def test_a_rule_that_says_nothing_is_refused_and_the_text_stays(tmp_path: Path, rule: str) -> None:
    trail = CityTrail("tiny", small_trail(tmp_path), tmp_path)
    with pytest.raises(UsageError, match="must say in words why"):
        redact_entry(trail, 2, rule=rule)
    assert (tmp_path / "texts" / "2.json").exists()


def test_the_entry_names_the_account_and_the_rule(tmp_path: Path) -> None:
    entry = redact_entry(CityTrail("tiny", small_trail(tmp_path), tmp_path), 2, rule="order of the court")
    assert (entry.event, entry.body) == ("redaction", {"entry": 2, "rule": "order of the court"})
    assert entry.actor.auth == "operating system"


def test_where_there_is_no_trail_none_is_begun(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="got no trail"):
        redact_entry(CityTrail("tiny", tmp_path / "trail", tmp_path), 2, rule="order of the court")
    assert list(tmp_path.iterdir()) == []
