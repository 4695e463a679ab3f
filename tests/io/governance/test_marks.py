"""The key of the marks is made once, is the account's own, and leaves a trail that verifies."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.io.trail.trails import opened

from patrolcast.domain.errors import CannotWriteError
from patrolcast.domain.trail.feedback_events import FeedbackReceived
from patrolcast.io.governance.marks import mark_of, marks_key
from patrolcast.io.trail.file import trail_folder


def test_the_key_is_made_once_and_is_the_accounts_own(tmp_path: Path) -> None:
    first = marks_key(tmp_path)
    assert marks_key(tmp_path) == first
    assert len(first) == 32
    (path,) = (tmp_path / "texts").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    (tmp_path / "other").mkdir()
    assert marks_key(tmp_path / "other") != first


def test_a_key_that_a_crash_cut_short_is_refused(tmp_path: Path) -> None:
    marks_key(tmp_path)
    (tmp_path / "texts" / "form-marks.key").write_bytes(b"")
    with pytest.raises(CannotWriteError, match="got 0 bytes; holds 32"):
        marks_key(tmp_path)


def test_a_mark_is_short_and_depends_on_the_key(tmp_path: Path) -> None:
    key = marks_key(tmp_path)
    assert len(mark_of(key, "a")) == 16
    assert mark_of(key, "a") != mark_of(key, "b")


def test_the_trail_opens_again_and_keeps_the_key(tmp_path: Path) -> None:
    folder = trail_folder(tmp_path / "city")
    with opened(folder, key=None) as trail:
        key = marks_key(folder)
        trail.append(FeedbackReceived("place", "2026-06-01", mark_of(key, "a"), "Why here?"))
    with opened(folder, key=None) as trail:
        trail.append(FeedbackReceived("place", "2026-06-01", mark_of(key, "b"), "Why there?"))
    assert marks_key(folder) == key
