"""The department says in how many days it answers; where it does not, thirty count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.io.trail.trails import opened
from tests.runs.tiny_city import write_city

from patrolcast.domain.trail.feedback_events import FeedbackReceived
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.trail.file import trail_folder
from patrolcast.runs.feedback.overdue import answer_days, feedback_warnings


@pytest.mark.parametrize(
    ("text", "days"),
    [("answer_days = 7", 7), ("board = 'x'", 30), ("no toml", 30), ("answer_days = 0", 30), (None, 30)],
)
def test_the_days_are_the_departments(tmp_path: Path, text: str | None, days: int) -> None:
    if text is not None:
        (tmp_path / "oversight.toml").write_text(text)
    assert answer_days(tmp_path) == days


def test_an_item_is_a_warning_from_the_day_after(tmp_path: Path) -> None:
    with opened(trail_folder(tmp_path), key=None) as trail:
        trail.append(FeedbackReceived("place", "2026-06-01", "m", "Why here?"))
    settings = read_settings(write_city(tmp_path / "made")).settings
    (tmp_path / settings.name).mkdir()
    (tmp_path / settings.name / "oversight.toml").write_text("answer_days = 7")
    in_the_evening = datetime(2026, 6, 9, 4, 59, tzinfo=UTC)
    """Of 8 June in the city, where `feedback list` calls the item due too."""
    assert settings.area.timezone == "America/Chicago"
    assert feedback_warnings(tmp_path, tmp_path, settings, now=in_the_evening) == []
    assert len(feedback_warnings(tmp_path, tmp_path, settings, now=in_the_evening + timedelta(minutes=1))) == 1
