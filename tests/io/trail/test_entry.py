"""One line: what it holds, and that each change of it is seen."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from tests.io.trail.trails import ACTOR

from patrolcast.domain.errors import UsageError
from patrolcast.domain.trail import Subject
from patrolcast.io.trail.canonical import canonical_bytes
from patrolcast.io.trail.entry import FIRST_PREV, Entry, LineError, read_entry, with_hash

ENTRY = with_hash(
    Entry(
        seq=1, ts_utc="2026-03-01T12:00:00.000000Z", mono_ns="17", boot_id="b", actor=ACTOR, event="run.start",
        subject=Subject(run="r"), body={"hash": "x", "n": 1.5, "quote": '","hash":"y","mono_ns":'}, body_digest=None,
        prev=FIRST_PREV,
    )
)  # fmt: skip


def test_a_line_gives_back_its_entry() -> None:
    assert read_entry(ENTRY.line(), seq=1, prev=FIRST_PREV) == ENTRY


def test_the_hash_is_that_of_the_line_without_it_also_where_a_body_imitates_it() -> None:
    import hashlib

    document = json.loads(ENTRY.line())
    stated = document.pop("hash")
    assert hashlib.sha256(canonical_bytes(document)).hexdigest() == stated


@pytest.mark.parametrize(
    ("seq", "prev", "said"),
    [
        (2, FIRST_PREV, "it is entry 1: entries were removed, repeated or put in another order"),
        (1, "1" * 64, "it does not follow the entry before it"),
    ],
)
def test_an_entry_in_another_place_is_refused(seq: int, prev: str, said: str) -> None:
    with pytest.raises(LineError) as refused:
        read_entry(ENTRY.line(), seq=seq, prev=prev)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2}, {"v": "1"}, {"v": True}, {"seq": "1"}, {"seq": True}, {"ts_utc": 3},
        {"ts_utc": "2026-03-01T12:00:00Z"},
        {"mono_ns": "-1"}, {"mono_ns": 17}, {"mono_ns": "017"}, {"actor": {"id": "a"}}, {"actor": None},
        {"actor": {"id": 1, "role": "r", "auth": "a"}}, {"subject": {"run": 1, "cell": None, "suggestion": None}},
        {"body": []}, {"body_digest": "ab"}, {"body_digest": 1}, {"prev": "00"}, {"event": None}, {"more": 1},
    ],
)  # fmt: skip
def test_a_line_whose_hash_is_right_and_whose_fields_are_not_is_refused(changes: dict[str, Any]) -> None:
    import hashlib

    document = json.loads(ENTRY.line()) | changes
    del document["hash"]
    line = canonical_bytes(document | {"hash": hashlib.sha256(canonical_bytes(document)).hexdigest()})
    with pytest.raises(LineError):
        read_entry(line, seq=1, prev=FIRST_PREV)


@pytest.mark.parametrize("name", ["v", "seq", "actor", "hash", "prev", "body", "body_digest", "subject"])
def test_a_line_without_one_of_its_fields_is_refused(name: str) -> None:
    document = json.loads(ENTRY.line())
    del document[name]
    with pytest.raises(LineError, match="it has not the fields of an entry"):
        read_entry(canonical_bytes(document), seq=1, prev=FIRST_PREV)


def test_an_entry_too_long_to_be_written_at_once_is_refused() -> None:
    with pytest.raises(UsageError, match="at most 262,144 bytes"):
        dataclasses.replace(ENTRY, body={"x": "y" * 2**18}).line()
