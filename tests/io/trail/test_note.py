"""Signed notes: the example of the format's own documentation, and every way in which one does not hold."""

from __future__ import annotations

import base64
import hashlib

import pytest
from tests.io.trail.trails import KEY, OTHER_KEY
from tools import verify_trail as alone

from patrolcast.io.trail.note import Checkpoint, NoteError, read_note, read_verifier_key, signed_note, verifier_key

CHECKPOINT = Checkpoint("patrolcast/tiny", 42, hashlib.sha256(b"x").digest())
NOTE = signed_note(CHECKPOINT, KEY)
OURS = verifier_key(KEY, CHECKPOINT.origin)


def alone_holds(note: bytes, key: str = str(OURS)) -> bool:
    return alone.note_root(note, [alone.read_key(key)]) == CHECKPOINT.root


def test_a_note_gives_back_its_checkpoint_to_both_verifiers() -> None:
    assert read_note(NOTE, [OURS]) == CHECKPOINT
    assert alone_holds(NOTE)


def test_the_text_is_the_three_lines_of_the_standard() -> None:
    root = base64.b64encode(CHECKPOINT.root).decode()
    assert NOTE.decode().startswith(f"patrolcast/tiny\n42\n{root}\n\n\u2014 patrolcast/tiny ")
    assert NOTE.endswith(b"\n")


def test_the_example_key_and_signature_of_the_format_hold_for_both_verifiers() -> None:
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    text = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    value = base64.b64decode(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    key = read_verifier_key(vkey)
    assert (key.key_id, str(key)) == (value[:4], vkey)
    assert alone.is_signed(key.public, text, value[4:])
    assert not alone.is_signed(key.public, text + b"\n", value[4:])


def test_every_flipped_byte_of_a_note_is_seen_by_both_verifiers() -> None:
    for at in range(len(NOTE)):
        bad = NOTE[:at] + bytes([NOTE[at] ^ 1]) + NOTE[at + 1 :]
        with pytest.raises(NoteError):
            read_note(bad, [OURS])
        assert not alone_holds(bad), at


def test_every_shortened_note_is_seen_by_both_verifiers() -> None:
    for end in range(len(NOTE)):
        with pytest.raises(NoteError):
            read_note(NOTE[:end], [OURS])
        assert not alone_holds(NOTE[:end]), end


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (verifier_key(OTHER_KEY, "patrolcast/tiny"), "none of the known keys has signed it"),
        (verifier_key(KEY, "patrolcast/other"), "none of the known keys has signed it"),
    ],
)
def test_the_signature_of_another_key_or_for_another_city_does_not_hold(key: object, said: str) -> None:
    with pytest.raises(NoteError, match=said):
        read_note(NOTE, [key])  # type: ignore[list-item]
    assert not alone_holds(NOTE, str(key))


def test_a_checkpoint_of_one_city_signed_in_the_name_of_another_does_not_hold() -> None:
    mixed = NOTE.replace(b"patrolcast/tiny\n42", b"patrolcast/oslo\n42")
    with pytest.raises(NoteError):
        read_note(mixed, [OURS, verifier_key(KEY, "patrolcast/oslo")])


@pytest.mark.parametrize(
    "text", ["", "a+b", "a+00000000+AAAA", str(OURS)[:-2], str(OURS).replace("+", "-", 1), "+" + str(OURS)]
)
def test_what_is_no_public_key_is_refused_by_both(text: str) -> None:
    with pytest.raises(NoteError):
        read_verifier_key(text)
    assert alone.read_key(text) is None
