"""Tampering: what each level promises is kept, by both verifiers, and what it does not promise is not claimed."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from tests.io.trail.trails import (
    KEY,
    OTHER_KEY,
    STARTED,
    Clock,
    flipped_bytes,
    found,
    lines,
    opened,
    rewritten,
    small_trail,
    verdict,
    write_lines,
)

from patrolcast.domain.errors import UsageError
from patrolcast.io.trail.index import write_index_of
from patrolcast.io.trail.note import verifier_key
from patrolcast.io.trail.scan import Scan, open_read
from patrolcast.io.trail.verify import verify_trail


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    """A small trail whose checkpoint was copied to `far`."""
    (tmp_path / "far").mkdir()
    return small_trail(tmp_path / "trail", copies=[tmp_path / "far"])


@pytest.fixture
def far(tmp_path: Path) -> Path:
    return tmp_path / "far" / "tiny"


def forget_checkpoints(trail: Path) -> None:
    shutil.rmtree(trail / "checkpoints")


def make_index(folder: Path) -> None:
    handle = open_read(folder)
    write_index_of(folder, (entry for entry, _ in Scan().read_on(handle)))
    os.close(handle)


def test_an_untouched_trail_is_whole_and_says_how_far_each_level_reaches(trail: Path, far: Path) -> None:
    assert verdict(trail, far) == 0
    alone, copied = found(trail), verify_trail(trail, copies=[far])
    assert (alone.here, alone.elsewhere, alone.given) == (5, 0, 0)
    assert alone.levels() == [
        "level 1, a line changed, moved, repeated or removed by accident: ruled out",
        "level 2, entries cut off at the end: NOT ruled out: no checkpoint kept elsewhere was compared",
        "level 3, the whole trail written anew by an insider: NOT ruled out: no checkpoint was given with --checkpoint",
    ]
    assert copied.levels()[1] == "level 2, entries cut off at the end: ruled out for the first 5 of 6 entries"
    assert "NOT ruled out" in copied.levels()[2]
    assert found(trail, far).levels()[2] == (
        "level 3, the whole trail written anew by an insider: ruled out for the first 5 of 6 entries, if nobody who "
        "holds the key could change the checkpoint that you gave"
    )


@pytest.mark.parametrize("bit", [1, pytest.param(128, marks=pytest.mark.long)])
def test_every_flipped_byte_of_the_file_is_caught_at_level_1(trail: Path, bit: int) -> None:
    forget_checkpoints(trail)
    tried = [(at, verdict(trail)) for at in flipped_bytes(trail / "trail.jsonl", bit)]
    assert len(tried) == (trail / "trail.jsonl").stat().st_size
    assert [at for at, code in tried if code != 30] == []
    assert verdict(trail) == 0, "every byte was put back"


@pytest.mark.parametrize("name", ["texts/2.json", "checkpoints/000000000005.note"])
def test_every_flipped_byte_beside_the_file_is_caught(trail: Path, name: str) -> None:
    tried = [(at, verdict(trail)) for at in flipped_bytes(trail / name, 1)]
    assert len(tried) == (trail / name).stat().st_size
    assert [at for at, code in tried if code not in ({30} if name.startswith("texts") else {31, 32})] == []


def test_every_deleted_repeated_or_swapped_line_is_caught(trail: Path, far: Path) -> None:
    forget_checkpoints(trail)
    whole = lines(trail)
    for at in range(len(whole)):
        write_lines(trail, whole[:at] + whole[at + 1 :])
        last = at == len(whole) - 1
        assert verdict(trail) == (0 if last else 30), "without a checkpoint the loss of the last line cannot show"
        write_lines(trail, whole[: at + 1] + whole[at:])
        assert verdict(trail) == 30
        for other in range(at):
            swapped = list(whole)
            swapped[at], swapped[other] = swapped[other], swapped[at]
            write_lines(trail, swapped)
            assert verdict(trail) == 30


def test_a_file_cut_off_at_any_byte_is_caught_up_to_the_checkpoint_kept_elsewhere(trail: Path, far: Path) -> None:
    forget_checkpoints(trail)
    whole = b"".join(lines(trail))
    covered = len(b"".join(lines(trail)[:5]))
    ends = {len(b"".join(lines(trail)[:n])) for n in range(7)}
    for end in range(len(whole) - 1, -1, -1):
        os.truncate(trail / "trail.jsonl", end)
        bare = found(trail)
        with_copy = found(trail, far)
        assert (bare.exit_code == 30) == (end not in ends), "within a line"
        if end < covered and end in ends:
            assert 31 in {fault.code for fault in with_copy.faults}
        if end < covered:
            assert with_copy.exit_code in {30, 31}
            assert "ruled out for" not in with_copy.levels()[1]


def test_both_verifiers_agree_on_a_file_cut_off_at_every_line_and_within_each(trail: Path, far: Path) -> None:
    whole = lines(trail)
    for n in range(len(whole)):
        write_lines(trail, whole[:n])
        assert verdict(trail, far) == (31 if n < 5 else 0)
        write_lines(trail, [*whole[:n], whole[n][:33]])
        assert verdict(trail, far) == 30


def test_a_forged_line_that_looks_right_is_caught(trail: Path) -> None:
    forged = lines(trail)[-1].replace(b'"seq":6', b'"seq":7')
    write_lines(trail, [*lines(trail), forged])
    assert verdict(trail) == 30


def test_a_chain_computed_anew_is_caught_by_a_checkpoint_and_by_nothing_else(trail: Path, far: Path) -> None:
    rewritten(trail, 3, body={"exit_code": 0})
    assert verdict(trail, far) == 30
    forget_checkpoints(trail)
    assert verdict(trail, far) == 30
    bare = found(trail)
    assert verdict(trail) == 0, "a hash chain alone shows nothing of somebody who computes it anew"
    assert "NOT ruled out" in bare.levels()[2]


def test_a_removed_trail_is_a_truncated_one_where_a_checkpoint_is_left(trail: Path, far: Path) -> None:
    (trail / "trail.jsonl").unlink()
    assert verdict(trail) == 31
    forget_checkpoints(trail)
    assert verdict(trail, far) == 31
    with pytest.raises(UsageError, match="got no trail; a folder that holds"):
        found(trail)


def test_an_older_copy_of_the_trail_put_back_is_caught(trail: Path, tmp_path: Path, far: Path) -> None:
    kept = tmp_path / "kept"
    shutil.copytree(trail, kept)
    with opened(trail, copies=[far.parent]) as again:
        again.append(STARTED)
        again.checkpoint()
    shutil.rmtree(trail)
    kept.rename(trail)
    assert verdict(trail) == 0
    assert verdict(trail, far) == 31


def test_a_link_in_place_of_the_file_is_caught(trail: Path) -> None:
    (trail / "trail.jsonl").rename(trail / "moved")
    (trail / "trail.jsonl").symlink_to(trail / "moved")
    assert verdict(trail) == 30


def test_a_text_that_is_missing_exchanged_or_of_nobody_is_caught(trail: Path) -> None:
    text = trail / "texts" / "2.json"
    (trail / "texts" / "3.json").write_bytes(text.read_bytes())
    assert verdict(trail) == 30
    (trail / "texts" / "3.json").unlink()
    assert verdict(trail) == 0
    text.unlink()
    assert verdict(trail) == 30


def test_texts_behind_the_end_show_that_entries_are_gone_but_one_may_have_been_begun(trail: Path) -> None:
    forget_checkpoints(trail)
    begun = trail / "texts" / f"{len(lines(trail)) + 1}.json"
    begun.write_bytes((trail / "texts" / "2.json").read_bytes())
    assert verdict(trail) == 0
    assert "a writer was stopped before it" in found(trail).notes[-1]
    write_lines(trail, lines(trail)[:-1])
    assert verdict(trail) == 31
    assert found(trail).faults[0].what == "there is a text for it, and there are 5 entries"


def test_a_line_in_the_writing_is_waited_for_and_is_no_fault(trail: Path) -> None:
    """A writer holds the file with half a line in it; the reader waits for the other half."""
    whole = lines(trail)
    write_lines(trail, [*whole[:-1], whole[-1][:50]])
    with (trail / "trail.jsonl").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with ThreadPoolExecutor(1) as pool:
            look = pool.submit(found, trail)
            with pytest.raises(TimeoutError):
                look.result(timeout=0.2)
            file.write(whole[-1][50:])
            file.flush()
            fcntl.flock(file, fcntl.LOCK_UN)
            assert (look.result(timeout=60).faults, look.result().size) == ((), len(whole))
    write_lines(trail, [*whole[:-1], whole[-1][:50]])
    assert found(trail).exit_code == 30, "its writer is gone"


def test_a_checkpoint_by_another_key_is_not_believed(trail: Path, tmp_path: Path) -> None:
    small_trail(tmp_path / "other", key=OTHER_KEY)
    assert verdict(trail, tmp_path / "other" / "checkpoints") == 32


def test_a_reader_who_brings_the_key_trusts_no_other(trail: Path) -> None:
    good, bad = (verifier_key(key, "patrolcast/tiny") for key in (KEY, OTHER_KEY))
    assert verify_trail(trail, keys=[good]).exit_code == 0
    assert verify_trail(trail, keys=[bad]).exit_code == 32


def test_two_checkpoints_of_one_size_that_disagree_cannot_both_hold(trail: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin"
    with opened(twin) as forked:
        for _ in range(4):
            forked.append(STARTED)
        forked.checkpoint()
    assert verdict(trail, twin / "checkpoints") == 30


def test_a_clock_that_went_backwards_is_caught_and_can_be_left_behind(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock=clock) as trail:
        trail.append(STARTED)
        clock.at -= timedelta(hours=1)
        trail.append(STARTED)
        looked_at = trail.checkpoint()
        trail.append(STARTED)
    assert verdict(tmp_path) == 34
    assert looked_at is not None
    assert verify_trail(tmp_path, since=looked_at).exit_code == 0


def test_a_count_since_the_start_of_the_machine_that_fell_is_a_clock_too(trail: Path) -> None:
    forget_checkpoints(trail)
    rewritten(trail, 1, mono_ns="9" * 19)
    assert verdict(trail) == 34


def test_an_index_that_says_something_else_is_caught_and_one_that_is_behind_is_not(trail: Path) -> None:
    make_index(trail)
    assert found(trail).exit_code == 0
    with opened(trail) as more:
        more.append(STARTED)
    assert found(trail).exit_code == 0, "an index that is behind is made anew, and says nothing wrong"
    for change in ("UPDATE entries SET actor = 'somebody' WHERE seq = 2", "DELETE FROM entries WHERE seq = 3",
                   "INSERT INTO entries (seq) VALUES (99)"):  # fmt: skip
        make_index(trail)
        database = sqlite3.connect(trail / "index.sqlite")
        with database:
            database.execute(change)
        database.close()
        assert found(trail).exit_code == 33, change
    (trail / "index.sqlite").write_bytes(b"no database, but as long as one" * 100)
    assert found(trail).exit_code == 33


def test_what_is_named_and_is_not_there_is_an_error_and_no_pass(trail: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="got no such file"):
        found(trail, tmp_path / "nothing.note")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"got no file that ends in \.note"):
        found(trail, tmp_path / "empty")


def test_an_empty_file_is_a_trail_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "trail.jsonl").write_bytes(b"")
    assert (verdict(tmp_path), found(tmp_path).size) == (0, 0)
