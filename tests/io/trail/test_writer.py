"""Appending: what is written is there, and what cannot be written stops what it speaks of."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from tests.io.trail.trails import (
    ACTOR,
    KEY,
    OTHER_KEY,
    REFUSED,
    STARTED,
    Clock,
    lines,
    opened,
    rewritten,
    small_trail,
    verdict,
    write_lines,
)

from patrolcast.domain.errors import (
    CannotWriteError,
    LockedError,
    TrailBrokenError,
    TrailSignatureError,
    TrailTruncatedError,
    UsageError,
)
from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.events import ClockWentBack, KeyUsed, RunStarted, TailRecovered, TrailFull
from patrolcast.io.trail import file as trail_file
from patrolcast.io.trail.scan import read_entries


def test_entries_stand_in_the_file_in_order_and_each_follows_the_one_before(tmp_path: Path) -> None:
    small_trail(tmp_path / "trail")
    events = [json.loads(line)["event"] for line in lines(tmp_path / "trail")]
    assert events == ["run.start", "run.refused", "run.finish", "suggestion.published", "key.rotation", "run.start"]
    assert verdict(tmp_path / "trail") == 0


def test_an_append_returns_what_a_reader_then_finds(tmp_path: Path) -> None:
    with opened(tmp_path) as trail:
        entry = trail.append(STARTED)
        assert lines(tmp_path) == [entry.line() + b"\n"]
        assert (entry.seq, entry.actor, trail.size, trail.latest(RunStarted)) == (1, ACTOR, 1, entry)


def test_another_actor_can_be_named(tmp_path: Path) -> None:
    chief = Actor(id="chief", role="chief", auth="password and TOTP")
    with opened(tmp_path) as trail:
        assert trail.append(STARTED, actor=chief).actor == chief


def test_a_personal_text_is_beside_the_chain_and_not_in_it(tmp_path: Path) -> None:
    small_trail(tmp_path)
    assert b"M\xc3\xbcller" not in (tmp_path / "trail.jsonl").read_bytes()
    assert "Müller" in (tmp_path / "texts" / "2.json").read_text(encoding="utf-8")
    assert (tmp_path / "texts").stat().st_mode & 0o077 == 0, "nobody else may read what may be personal"


def test_a_redacted_text_is_gone_with_its_salt_and_the_trail_stays_whole(tmp_path: Path) -> None:
    small_trail(tmp_path)
    with opened(tmp_path) as trail:
        trail.redact(2, rule="order of the court of 1 March")
        with pytest.raises(UsageError, match="must be an entry that has a text beside it"):
            trail.redact(2, rule="again")
    left = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"M\xc3\xbcller" not in left
    assert list((tmp_path / "texts").iterdir()) == []
    assert verdict(tmp_path) == 0


def test_texts_are_listed_by_age(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock=clock) as trail:
        trail.append(REFUSED)
        clock.at += timedelta(days=200)
        trail.append(REFUSED)
        assert trail.texts_before(clock.at - timedelta(days=183)) == [1]


def test_writers_that_take_turns_read_what_the_other_wrote(tmp_path: Path) -> None:
    with opened(tmp_path) as one, opened(tmp_path) as other:
        for _ in range(3):
            one.append(STARTED)
            other.append(REFUSED)
        one.append(STARTED)
        assert one.size == 7
    assert verdict(tmp_path) == 0


def test_threads_share_one_trail(tmp_path: Path) -> None:
    with opened(tmp_path) as trail:
        threads = [threading.Thread(target=lambda: [trail.append(STARTED) for _ in range(10)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert trail.size == 40
    assert verdict(tmp_path) == 0


def test_without_the_lock_two_writers_break_the_chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: what the lock is for."""
    monkeypatch.setattr(trail_file.TrailFile, "_try_lock", lambda self: True)
    with opened(tmp_path) as one, opened(tmp_path) as other:
        catch_up, other._catch_up = other._catch_up, lambda: None  # type: ignore[method-assign]
        one.append(STARTED)
        other.append(STARTED)
        assert catch_up is not None
    assert verdict(tmp_path) == 30


@pytest.mark.parametrize("cut", [1, 40, 300])
def test_an_unfinished_line_is_moved_aside_and_said(tmp_path: Path, cut: int) -> None:
    small_trail(tmp_path, key=None)
    whole = (tmp_path / "trail.jsonl").read_bytes()
    torn = lines(tmp_path)[-1][:cut]
    (tmp_path / "trail.jsonl").write_bytes(whole + torn)
    with opened(tmp_path, key=None) as trail:
        said = trail.latest(TailRecovered)
    assert said is not None
    assert said.body["bytes"] == cut
    assert [path.read_bytes() for path in (tmp_path / "quarantine").iterdir()] == [torn]
    assert (tmp_path / "trail.jsonl").read_bytes().startswith(whole)
    assert verdict(tmp_path) == 0


def test_a_whole_line_that_is_wrong_is_never_repaired(tmp_path: Path) -> None:
    small_trail(tmp_path)
    changed = lines(tmp_path)
    changed[2] = changed[2].replace(b'"publishable":true', b'"publishable":false')
    write_lines(tmp_path, changed)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(TrailBrokenError) as alarm:
        opened(tmp_path)
    assert str(alarm.value).startswith(
        "the audit trail, entry 3: got its content does not fit its hash: it was changed; entries are appended"
    )
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_line_that_is_changed_behind_an_open_writer_s_back_stops_its_next_append(tmp_path: Path) -> None:
    with opened(tmp_path) as trail, opened(tmp_path) as other:
        other.append(STARTED)
        write_lines(tmp_path, [lines(tmp_path)[0].replace(b"tiny", b"tinx")])
        with pytest.raises(TrailBrokenError):
            trail.append(STARTED)


def test_a_trail_shorter_than_its_checkpoint_is_not_written_to(tmp_path: Path) -> None:
    small_trail(tmp_path)
    write_lines(tmp_path, lines(tmp_path)[:3])
    with pytest.raises(TrailTruncatedError, match="got 3 entries where there were 5; entries are never removed"):
        opened(tmp_path)


def test_a_line_torn_by_somebody_who_cut_off_what_a_checkpoint_covers_is_no_recovery(tmp_path: Path) -> None:
    small_trail(tmp_path)
    data = b"".join(lines(tmp_path)[:4])[:-7]
    (tmp_path / "trail.jsonl").write_bytes(data)
    with pytest.raises(TrailTruncatedError):
        opened(tmp_path)
    assert (tmp_path / "trail.jsonl").read_bytes() == data


def test_a_trail_written_anew_does_not_fit_its_checkpoint(tmp_path: Path) -> None:
    small_trail(tmp_path)
    rewritten(tmp_path, 2, event="run.start")
    with pytest.raises(TrailBrokenError, match="another root over the first 5 entries"):
        opened(tmp_path)


def test_a_checkpoint_of_a_key_that_the_trail_does_not_name_stops_writing(tmp_path: Path) -> None:
    small_trail(tmp_path / "a")
    small_trail(tmp_path / "b", key=OTHER_KEY)
    note = next((tmp_path / "b" / "checkpoints").iterdir())
    (tmp_path / "a" / "checkpoints" / note.name).write_bytes(note.read_bytes())
    with pytest.raises(TrailSignatureError, match="none of the known keys has signed it"):
        opened(tmp_path / "a")


def test_a_checkpoint_is_signed_on_demand_and_before_the_first_entry_of_a_day(tmp_path: Path) -> None:
    clock = Clock(datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
    with opened(tmp_path, clock=clock) as trail:
        trail.append(STARTED)
        trail.checkpoint()
        trail.append(STARTED)
        clock.at += timedelta(minutes=5)
        trail.append(STARTED)
    assert [path.name for path in sorted((tmp_path / "checkpoints").iterdir())] == [
        "000000000002.note",
        "000000000003.note",
    ]
    assert verdict(tmp_path) == 0


def test_checkpoints_are_copied_where_the_trail_is_opened_to_copy_them(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    small_trail(tmp_path / "trail", copies=[tmp_path / "far"])
    here, there = (path.read_bytes() for path in tmp_path.rglob("000000000005.note"))
    assert here == there
    assert (tmp_path / "far" / "tiny" / "000000000005.note").is_file()


def test_a_copy_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "far").write_text("no folder")
    with opened(tmp_path / "trail", copies=[tmp_path / "far"]) as trail:
        trail.append(STARTED)
        with pytest.raises(CannotWriteError):
            trail.checkpoint()


def test_without_a_key_there_is_no_checkpoint(tmp_path: Path) -> None:
    with opened(tmp_path, key=None) as trail:
        trail.append(STARTED)
        assert trail.checkpoint() is None
    assert not (tmp_path / "checkpoints").exists()


def test_a_new_key_is_on_the_trail_before_it_signs(tmp_path: Path) -> None:
    small_trail(tmp_path, key=KEY)
    with opened(tmp_path, key=OTHER_KEY) as trail:
        trail.checkpoint()
        used = trail.latest(KeyUsed)
    assert used is not None
    assert used.body["former"].startswith("patrolcast/tiny+")
    assert verdict(tmp_path) == 0


def test_a_clock_that_was_set_back_is_said_on_the_trail(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock=clock) as trail:
        trail.append(STARTED)
        clock.at -= timedelta(hours=1)
        trail.append(STARTED)
        assert trail.latest(ClockWentBack) is not None
    assert verdict(tmp_path) == 34
    times = [entry.ts_utc for entry in read_entries(tmp_path)]
    steps = [after < before for before, after in pairwise(times)]
    assert steps == [False] * (len(steps) - 2) + [True, False], "one step back, and none of our own making"


def fails_at(call: str, error: int, monkeypatch: pytest.MonkeyPatch, *, handle: int) -> None:
    real = getattr(os, call)

    def failing(given: int, *args: object) -> object:
        if given == handle:
            raise OSError(error, os.strerror(error))
        return real(given, *args)

    monkeypatch.setattr(os, call, failing)


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize("error", [5, 28, 122])
def test_after_a_failed_write_or_sync_nothing_is_there_and_nothing_more_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int
) -> None:
    with opened(tmp_path) as trail:
        trail.append(STARTED)
        with monkeypatch.context() as patched:
            fails_at(call, error, patched, handle=trail._file.handle)
            with pytest.raises(CannotWriteError):
                trail.append(REFUSED)
        assert len(lines(tmp_path)) == 1
        with pytest.raises(CannotWriteError, match="an earlier failure"):
            trail.append(STARTED)
    with opened(tmp_path) as again:
        again.append(STARTED)
    assert verdict(tmp_path) == 0
    assert not list((tmp_path / "texts").glob("*")), "the text of what was not written is gone"


def test_a_write_that_the_disk_took_only_in_part_is_cut_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    with opened(tmp_path) as trail:
        with monkeypatch.context() as patched:
            patched.setattr(os, "write", lambda handle, data: real(handle, data[:10]))
            with pytest.raises(CannotWriteError, match="No space left"):
                trail.append(STARTED)
        assert b"run.start" not in (tmp_path / "trail.jsonl").read_bytes()


def test_a_full_disk_is_recorded_with_the_room_that_was_kept_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    with opened(tmp_path) as trail:
        trail.append(STARTED)

        def full(handle: int, data: bytes) -> int:
            if handle == trail._file.handle and (tmp_path / ".reserve").exists():
                raise OSError(28, os.strerror(28))
            return real(handle, data)

        monkeypatch.setattr(os, "write", full)
        with pytest.raises(CannotWriteError, match="No space left"):
            trail.append(REFUSED)
        said = trail.latest(TrailFull)
    assert said is not None
    assert said.body == {"refused": "run.refused"}
    assert verdict(tmp_path) == 0


def test_a_link_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"")
    (tmp_path / "trail").mkdir()
    (tmp_path / "trail" / "trail.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotWriteError):
        opened(tmp_path / "trail")


def test_a_writer_that_does_not_end_is_not_waited_for_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_file, "WAIT_SECONDS", 0.05)
    with opened(tmp_path) as one, opened(tmp_path) as other, one._file.locked(), pytest.raises(LockedError):
        other.append(STARTED)


def test_what_killed_writers_left_beside_the_trail_does_not_pass_for_a_text_of_the_next_entry(tmp_path: Path) -> None:
    with opened(tmp_path) as trail:
        trail.append(REFUSED)
        stray = tmp_path / "texts" / "2.json"
        stray.write_bytes((tmp_path / "texts" / "1.json").read_bytes())
        trail.append(STARTED)
        assert not stray.exists()
    assert verdict(tmp_path) == 0


def test_a_redaction_that_was_killed_half_way_is_finished_by_the_next_opening(tmp_path: Path) -> None:
    small_trail(tmp_path)
    text = (tmp_path / "texts" / "2.json").read_bytes()
    with opened(tmp_path) as trail:
        trail.redact(2, rule="the court")
    (tmp_path / "texts" / "2.json").write_bytes(text)
    opened(tmp_path).close()
    assert not (tmp_path / "texts" / "2.json").exists()
