"""The judge of the sweeps sees each thing that must not be, and says nothing of a night that ended as it may."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from tests.faults.disk_calls import KILL, KILL_WITHIN
from tests.faults.nights import Ended
from tests.faults.sweep import Moment, wrong_after, wrong_in_the_end

from patrolcast.domain.errors import PatrolcastError

TONIGHT, YESTERDAY = "2026-03-01T12:00:00Z", "2026-02-28T12:00:00Z"
CALLS = (("rename", "/runs/tiny/status.json"), ("write", "9"), ("fsync", "9"))
EARLIER: dict[str, Any] = {
    "current": "a", "said": "a", "manifest": "{}", "torn": False, "halves": [], "aside": [], "trail": 0, "entries": 7,
    "faults": [], "lost": 0, "files": ["a"], "last": {"at": YESTERDAY, "exit_code": 0},
}  # fmt: skip
CLEAN = EARLIER | {"current": "b", "said": "b", "entries": 9, "last": {"at": TONIGHT, "exit_code": 0}}
CITY: Any = SimpleNamespace(calls=CALLS, earlier=EARLIER, clean=CLEAN)
BEGUN = EARLIER | {"last": {"at": TONIGHT, "exit_code": None}}
FULL = EARLIER | {"last": {"at": TONIGHT, "exit_code": 73}}
TOLD = "patrolcast: a: got 'No space left on device'\n"


def killed(fault: str = KILL, **seen: object) -> list[str]:
    ended = Ended(-9, "", (), (("write", "9"),))
    return list(wrong_after(CITY, Moment(2, "write", fault), ended, BEGUN | seen))


def failed(code: int = 73, stderr: str = TOLD, fired: tuple[tuple[str, str], ...] = (("write", "9"),), **seen: object) -> list[str]:  # fmt: skip  # noqa: E501
    ended = Ended(code, stderr, (), fired)
    return list(wrong_after(CITY, Moment(2, "write", "ENOSPC"), ended, FULL | seen))


def test_nights_that_ended_as_they_may_are_not_wrong() -> None:
    assert killed() == []
    assert killed(**CLEAN) == []
    assert failed() == []
    assert failed(last=None) == [], "a full disk may have had no room for a status"
    assert failed(0, "", **CLEAN) == []
    torn_line = {"trail": 30, "faults": ["an unfinished line of 9 bytes"]}
    assert killed(KILL_WITHIN, **torn_line) == []
    assert list(wrong_in_the_end(CITY, Ended(0, "", (), ()), CLEAN)) == []


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ({"torn": True}, "a torn run"),
        ({"halves": ["b"]}, "a torn run"),
        ({"current": "c"}, "current is c"),
        ({"trail": 30, "faults": ["an unfinished line of 9 bytes"]}, "the trail: 30"),
        ({"trail": 31}, "the trail: 31"),
        ({"entries": 6}, "6 entries"),
        ({"lost": 1}, "lost 1"),
        ({"last": {"at": YESTERDAY, "exit_code": 0}}, "the status says"),
        ({"last": {"at": TONIGHT, "exit_code": 0}}, "the status says"),
        ({"last": {"at": TONIGHT, "exit_code": 73}}, "the status says"),
        ({"last": None}, "no status"),
    ],
)
def test_after_a_kill_each_thing_that_must_not_be_is_named(seen: dict[str, object], told: str) -> None:
    assert any(told in line for line in killed(**seen))


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        ({"fired": ()}, "did not fire"),
        ({"fired": (("open", "x"),)}, "it fired at"),
        ({"code": 70}, "exit code 70"),
        ({"code": -9}, "exit code -9"),
        ({"stderr": "Traceback (most recent call last):\npatrolcast: a\n"}, "a traceback"),
        ({"stderr": "Segmentation fault\n"}, "one line"),
        ({"code": 0}, "the status says"),
        ({"code": 77}, "the status says"),
        ({"said": "b"}, "the status says"),
        ({"last": {"at": TONIGHT, "exit_code": 0}}, "the status says"),
        ({"last": {"at": YESTERDAY, "exit_code": 0}}, "the status says"),
    ],
)
def test_after_an_error_each_thing_that_must_not_be_is_named(ended: dict[str, Any], told: str) -> None:
    assert any(told in line for line in failed(**ended))


@pytest.mark.parametrize(
    "seen",
    [
        {"current": "a"}, {"said": "a"}, {"manifest": "other"}, {"aside": [".status.json.7"]}, {"files": ["a", "b"]},
        {"last": {"at": TONIGHT, "exit_code": 73}}, {"torn": True}, {"trail": 30, "faults": ["an unfinished line"]},
    ],
)  # fmt: skip
def test_after_the_next_start_each_thing_that_must_not_be_is_named(seen: dict[str, object]) -> None:
    assert list(wrong_in_the_end(CITY, Ended(0, "", (), ()), CLEAN | seen))
    assert list(wrong_in_the_end(CITY, Ended(PatrolcastError.exit_code, "", (), ()), CLEAN))
