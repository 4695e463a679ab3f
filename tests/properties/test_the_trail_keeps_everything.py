"""Whatever happens to writers, in whatever order: what was answered stays, in order, and the trail verifies.

A list is the model. Steps: append with a text, checkpoint, redact, close and open, a writer killed within a line,
a second writer beside the first.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.io.trail.trails import opened, verdict

from patrolcast.domain.trail.events import RunRefused
from patrolcast.io.trail.scan import read_entries
from patrolcast.io.trail.texts import text_of

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


class Trails(RuleBasedStateMachine):
    """Two writers of one trail, and the list of what they were sent an answer for."""

    @initialize()
    def begin(self) -> None:
        self.root = Path(tempfile.mkdtemp())
        self.folder = self.root / "trail"
        self.writers = [opened(self.folder), opened(self.folder)]
        self.answered: list[str] = []
        self.texts: dict[int, str] = {}

    @rule(which=st.integers(0, 1), text=WORDS)
    def append(self, which: int, text: str) -> None:
        entry = self.writers[which].append(RunRefused(exit_code=1, text=text))
        self.answered.append(entry.hash)
        self.texts[entry.seq] = text

    @rule(which=st.integers(0, 1))
    def checkpoint(self, which: int) -> None:
        self.writers[which].checkpoint()

    @precondition(lambda self: self.texts)
    @rule(data=st.data(), which=st.integers(0, 1))
    def redact(self, data: st.DataObject, which: int) -> None:
        seq = data.draw(st.sampled_from(sorted(self.texts)))
        self.writers[which].append(RunRefused(exit_code=2, text="")) if which else None  # so that it must catch up
        self.answered.append(self.writers[which].redact(seq, rule="a rule").hash)
        del self.texts[seq]

    @rule(which=st.integers(0, 1))
    def open_again(self, which: int) -> None:
        self.writers[which].close()
        self.writers[which] = opened(self.folder)

    @rule(rest=st.binary(min_size=1, max_size=40).filter(lambda data: b"\n" not in data))
    def a_writer_is_killed_within_a_line(self, rest: bytes) -> None:
        with (self.folder / "trail.jsonl").open("ab") as file:
            file.write(rest)
        self.writers[0].append(RunRefused(exit_code=3, text=""))

    @invariant()
    def everything_that_was_answered_is_there_in_order_and_the_trail_is_whole(self) -> None:
        if not hasattr(self, "root"):
            return
        assert verdict(self.folder) == 0
        entries = list(read_entries(self.folder))
        hashes = [entry.hash for entry in entries]
        assert [one for one in hashes if one in set(self.answered)] == self.answered
        kept = {seq: text.text for seq in self.texts if (text := text_of(self.folder, seq)) is not None}
        assert kept == self.texts

    def teardown(self) -> None:
        for writer in getattr(self, "writers", []):
            writer.close()
        if hasattr(self, "root"):
            shutil.rmtree(self.root)


def test_no_order_of_events_loses_what_was_answered() -> None:
    run_state_machine_as_test(Trails, settings=settings(max_examples=8, stateful_step_count=8))
