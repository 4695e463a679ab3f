"""`pause` and `resume` as two people call them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.acceptance.called import Called, called_in, first_of

from patrolcast.domain.trail import Actor


@pytest.fixture
def call(
    published_city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Called:
    return called_in(published_city, tmp_path, monkeypatch, capsys)


def test_a_pause_is_ended_by_a_second_account(call: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    suggestion = first_of(call)[0]
    code, out, _ = call("pause", "configs/tiny.toml", "--reason", "the feed counts reports twice")
    assert code == 0
    assert "the feed counts reports twice" in out
    for refused in (
        ("decide", "current", suggestion, "--accept", "--reason", "known_concern"),
        ("forecast", "configs/tiny.toml"),
        ("decisions", "list", "configs/tiny.toml"),
        ("nightly", "configs/tiny.toml"),
    ):
        code, _, err = call(*refused)
        assert code == 21
        assert "the feed counts reports twice" in err
    code, out, _ = call("status", "configs/tiny.toml")
    assert "PAUSED by" in out
    assert call("health", "configs/tiny.toml")[0] == 1
    code, _, err = call("resume", "configs/tiny.toml")
    assert code == 21
    assert "it takes a second one" in err
    monkeypatch.setattr("patrolcast.io.trail.machine.account", lambda role: Actor("second", role, "operating system"))
    assert call("resume", "configs/tiny.toml", "--reason", "the feed was mended")[0] == 0
    assert len(first_of(call)) == 24
