"""The calls of doors: opened, one thing done, let go of."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.runs.reviewed_city import FIRST
from tests.runs.tiny_city import write_city

from patrolcast.domain.errors import TrailBrokenError, UnknownError
from patrolcast.domain.settings import Settings
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.review import close_shift, open_suggestions


def test_a_city_that_never_ran_has_nothing_to_decide_and_no_trail_is_begun(tmp_path: Path) -> None:
    settings = read_settings(write_city(tmp_path)).settings
    with pytest.raises(UnknownError, match="no audit trail"):
        open_suggestions(settings, now=FIRST)
    assert not settings.city_runs().exists()


def test_a_trail_that_somebody_changed_takes_no_answer(city: Settings) -> None:
    path = city.city_runs() / "trail" / "trail.jsonl"
    path.write_bytes(path.read_bytes().replace(b"tiny", b"tidy", 1))
    with pytest.raises(TrailBrokenError):
        open_suggestions(city, now=FIRST)


def test_what_expired_is_not_listed(city: Settings) -> None:
    assert len(open_suggestions(city, now=FIRST)) == 24
    assert len(open_suggestions(city, now=FIRST + timedelta(days=2))) == 0
    assert close_shift(city, now=FIRST + timedelta(days=2)) == []
