"""A figure with its source, and the sentence that holds it.

A sentence is written once, with its figures named where they stand::

    Of <manifest:/sources/0/rows_in|count> rows, <manifest:/sources/0/refused|total> were refused.

``manifest`` is the short name of a document, ``/sources/0/rows_in`` a JSON pointer (RFC 6901; `token` makes its
keys safe to stand here), ``count`` how the value is printed. A figure that cannot be found is an error, never a blank.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from patrolcast.domain.errors import GovernanceError, shown
from patrolcast.report import words

_CITE = re.compile(r"<([a-z_]+):((?:/[^|<>]*)?)(?:\|([a-z_]+))?>")
TEXT = "text"
KEY, PATH = "key", "path"
"""Forms that print where a figure stands instead of what stands there: the last key, and all of them."""


@dataclass(frozen=True)
class Figure:
    """One value of a document as it is printed.

    Attributes
    ----------
    source : the file it comes from, e.g. ``manifest.json``.
    pointer : where in that file, RFC 6901.
    form : how it is printed, a key of :data:`FORMS`.
    text : as printed.
    """

    source: str
    pointer: str
    form: str
    text: str


@dataclass(frozen=True)
class Saying:
    """A sentence: plain words and figures in their order."""

    pieces: tuple[str | Figure, ...]

    @property
    def text(self) -> str:
        """As it is read."""
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces)

    @property
    def words(self) -> str:
        """The plain words alone, which hold no figure."""
        return " ".join(piece for piece in self.pieces if isinstance(piece, str))

    @property
    def figures(self) -> Iterator[Figure]:
        """The figures alone."""
        return (piece for piece in self.pieces if isinstance(piece, Figure))


@dataclass(frozen=True)
class Sources:
    """The documents that figures come from: short name -> (file, content), and the zone of the agency's clock."""

    documents: Mapping[str, tuple[str, Any]]
    zone: str

    def value(self, name: str, pointer: str) -> Any:  # noqa: ANN401
        """The value at a pointer. Raises GovernanceError: there is none."""
        file, content = self.documents[name]
        return resolved(content, pointer, file=file)

    def has(self, name: str, pointer: str = "") -> bool:
        """True where a document is there and holds something at the pointer; null counts as nothing."""
        if name not in self.documents:
            return False
        try:
            return self.value(name, pointer) is not None
        except GovernanceError:
            return False

    def say(self, template: str) -> Saying:
        """A sentence from its template. Raises GovernanceError: a figure has no value."""
        pieces: list[str | Figure] = []
        end = 0
        for match in _CITE.finditer(template):
            pieces += [template[end : match.start()], self._figure(match[1], _unquoted(match[2]), match[3] or TEXT)]
            end = match.end()
        pieces.append(template[end:])
        return Saying(tuple(piece for piece in pieces if piece != ""))

    def _figure(self, name: str, pointer: str, form: str) -> Figure:
        file, content = self.documents[name]
        return Figure(file, pointer, form, printed_at(content, pointer, form, self.zone, file=file))


def resolved(content: Any, pointer: str, *, file: str) -> Any:  # noqa: ANN401
    """The value at a JSON pointer (RFC 6901).

    Raises GovernanceError: the document has nothing there.

    >>> resolved({"a/b": [1, 2]}, "/a~1b/1", file="x.json")
    2
    """
    value = content
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        try:
            value = value[int(key)] if isinstance(value, list) else value[key]
        except (KeyError, IndexError, ValueError, TypeError):
            rule = "a record cites nothing that is not there"
            raise GovernanceError(f"{file}{pointer}", got="no such value", rule=rule) from None
    return value


def token(key: str) -> str:
    """A key as it stands in the pointer of a template.

    >>> token("no location / time")
    'no location ~1 time'
    """
    return re.sub(r"[%|<>]", lambda match: f"%{ord(match[0]):02x}", key.replace("~", "~0").replace("/", "~1"))


def _unquoted(pointer: str) -> str:
    return re.sub(r"%([0-9a-f]{2})", lambda match: chr(int(match[1], 16)), pointer)


def printed_at(content: Any, pointer: str, form: str, zone: str, *, file: str) -> str:  # noqa: ANN401
    """What a document prints for a pointer: the value there, or, where the key itself is the fact, its name.

    Raises GovernanceError: there is nothing.

    >>> printed_at({"refused": {"no time": 3}}, "/refused/no time", "key", "UTC", file="x.json")
    'no time'
    """
    value = resolved(content, pointer, file=file)
    keys = [key.replace("~1", "/").replace("~0", "~") for key in pointer.split("/")[1:]]
    if form == KEY:
        return keys[-1]
    return words.plain(", ".join(keys)) if form == PATH else printed(value, form, zone)


def printed(value: Any, form: str, zone: str) -> str:  # noqa: ANN401
    """A value as a document prints it; None is "not measured"."""
    if value is None:
        return words.MISSING
    try:
        return FORMS[form](value, zone)
    except (TypeError, ValueError, AttributeError):
        raise GovernanceError("a figure", got=shown(value), rule=f"cannot be printed as {form}") from None


def _moment(value: str, zone: str) -> str:
    return words.moment(datetime.fromisoformat(value), zone)


def _day(value: str, zone: str) -> str:
    when = datetime.fromisoformat(value)
    return words.day(when, zone) if when.tzinfo else value


def _listed(value: list[Any], _: str) -> str:
    return words.listed(words.plain(str(item)) for item in value) if value else "none"


_FINDINGS = {
    "pass": "within the limit",
    "warn": "not clearly within the limit",
    "fail": "beyond the limit",
    "waived": "beyond the limit, and waived in writing",
}


FORMS: dict[str, Callable[[Any, str], str]] = {
    TEXT: lambda value, _: str(value),
    "count": lambda value, _: f"{int(value):,}",
    "number": lambda value, _: words.number(float(value)),
    "share": lambda value, _: words.share(float(value)),
    "times": lambda value, _: words.number(math.exp(float(value)), digits=2),
    "exact": lambda value, _: repr(float(value)),
    "total": lambda value, _: f"{sum(value.values()):,}",
    "length": lambda value, _: f"{len(value):,}",
    "plain": lambda value, _: words.plain(str(value)),
    "finding": lambda value, _: _FINDINGS.get(str(value), words.MISSING),
    "listed": _listed,
    "keys": lambda value, zone: _listed(sorted(value), zone),
    "moment": _moment,
    "day": _day,
    "dotted": lambda value, _: f"{int(value[:4])}.{int(value[5:7])}.{int(value[8:10])}",
    "yes": lambda value, _: "yes" if value else "no",
    "size": lambda value, _: words.size(int(value)),
    "bytes": lambda value, _: f"{int(value)} B",
    "sentence": lambda value, _: words.spaced(words.sentence(str(value).rstrip(". "))) + ".",
}
"""How a value is printed: name -> function of the value and the zone. ``times`` undoes a logarithm."""
