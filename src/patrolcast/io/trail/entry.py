"""One line of the trail: its fields, its hash, and what makes it follow the line before.

``hash`` is the SHA-256 of the line's canonical bytes without ``hash``; ``prev`` is the hash of the line before. The
time stands twice: by the clock, which people set, and by the machine's own count since it was started, which nobody
sets (as a text, since after 104 days it exceeds what a JSON number holds).
"""

import dataclasses
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from patrolcast.domain.errors import UsageError
from patrolcast.domain.trail import Actor, Subject
from patrolcast.io.trail.canonical import NotCanonicalError, canonical_bytes, read_canonical

VERSION = 1
FIRST_PREV = "0" * 64
"""What the first entry follows."""
MOST_BYTES = 2**18
_HASH = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_COUNT = re.compile(r"0|[1-9]\d{0,18}")


class LineError(Exception):
    """A whole line that is not the entry that must stand there; its text says why."""


@dataclass(frozen=True)
class Entry:
    """An entry as it stands in the trail, in the order in which its line is made.

    Attributes
    ----------
    seq : 1, 2, 3, ...
    ts_utc : by the clock, with microseconds.
    mono_ns : nanoseconds since the machine was started, within ``boot_id``.
    body_digest : HMAC-SHA-256 of the detached text under its salt; None where nothing is detached.
    """

    seq: int
    ts_utc: str
    mono_ns: str
    boot_id: str
    actor: Actor
    event: str
    subject: Subject
    body: dict[str, Any]
    body_digest: str | None
    prev: str
    hash: str = ""
    v: int = VERSION

    def line(self) -> bytes:
        """Its bytes in the file, without the end of the line.

        Raises UsageError: it holds what JSON cannot hold, or is too long to be written at once.
        """
        data = canonical_bytes(dataclasses.asdict(self))
        if len(data) > MOST_BYTES:
            rule = f"at most {MOST_BYTES:,} bytes"
            raise UsageError("an entry of the trail", got=f"{len(data):,} bytes", rule=rule, cure="record less of it")
        return data


def with_hash(entry: Entry) -> Entry:
    """The entry with its hash."""
    document = dataclasses.asdict(entry)
    del document["hash"]
    return dataclasses.replace(entry, hash=hashlib.sha256(canonical_bytes(document)).hexdigest())


def read_entry(line: bytes, *, seq: int, prev: str) -> Entry:
    """The entry of a line that must be number ``seq`` and follow the hash ``prev``.

    Raises LineError: it is another one, or was changed.
    """
    try:
        document = read_canonical(line)
    except NotCanonicalError as error:
        raise LineError(f"it cannot be read ({error})") from None
    entry = _entry(document)
    if entry.hash != _hash_of(line, entry.hash):
        raise LineError("its content does not fit its hash: it was changed")
    if entry.seq != seq:
        raise LineError(f"it is entry {entry.seq}: entries were removed, repeated or put in another order")
    if entry.prev != prev:
        raise LineError("it does not follow the entry before it")
    return entry


def _entry(document: dict[str, Any]) -> Entry:
    """The fields, each of its type; a line of another form is no entry."""
    try:
        entry = Entry(**{**document, "actor": Actor(**document["actor"]), "subject": Subject(**document["subject"])})
    except (KeyError, TypeError):
        raise LineError("it has not the fields of an entry") from None
    texts = [entry.ts_utc, entry.mono_ns, entry.boot_id, entry.event, entry.prev, entry.hash]
    texts += [*vars(entry.actor).values(), *(value for value in vars(entry.subject).values() if value is not None)]
    texts += [] if entry.body_digest is None else [entry.body_digest]
    plain = all(isinstance(text, str) for text in texts) and type(entry.seq) is int and type(entry.v) is int
    if not plain or not isinstance(entry.body, dict) or len(document) != len(dataclasses.fields(Entry)):
        raise LineError("it has not the fields of an entry")
    if entry.v != VERSION:
        raise LineError(f"it has form {entry.v}; this patrolcast reads form {VERSION}")
    hashes = [entry.prev, entry.hash, *([] if entry.body_digest is None else [entry.body_digest])]
    formed = all(_HASH.fullmatch(text) for text in hashes) and _TIME.fullmatch(entry.ts_utc)
    if not formed or not _COUNT.fullmatch(entry.mono_ns):
        raise LineError("a hash or a time of it is none")
    return entry


def _hash_of(line: bytes, stated: str) -> str:
    """SHA-256 of a canonical line without its ``hash``, which stands between two names that are never left out."""
    member = f',"hash":"{stated}"'.encode()
    before, _, after = line.rpartition(member + b',"mono_ns":')
    return hashlib.sha256(before + b',"mono_ns":' + after).hexdigest()
