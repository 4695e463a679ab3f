"""Passwords and keys in a config: refused wherever they stand, since a config is copied into every manifest."""

import re
from collections.abc import Iterator, Mapping

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.settings.keys import KeyPath

_ADDRESS_WITH_USER = re.compile(r"[a-z][a-z0-9+.-]{0,20}://[^/\s?#@]{1,500}@", re.IGNORECASE)
_NAMED_SECRET = re.compile(
    r"(?:^|[?&;\s,])(?:[a-z_-]{0,30}(?:password|passwd|token|secret|signature|api[_-]?key|access[_-]?key)|pwd|sig|key)"
    r"\s?=\s?[^\s&;,]",
    re.IGNORECASE,
)


_IN_A_QUERY = re.compile(r"(?:password|passwd|pwd|token|secret|api[_-]?key|access[_-]?key)\s?=\s?'[^']", re.IGNORECASE)
"""In SQL ``where key = 3`` is a condition: only a named secret with a text beside it is one."""


def refuse_secrets(values: Mapping[str, object], *, file: str, files: Mapping[KeyPath, str]) -> None:
    """Refuse an address with a user or password in it, and words such as ``token=...``.

    Raises ConfigError, naming the key, never the value.

    Parameters
    ----------
    files : for each key the name of the file that stated it.
    """
    for key, text in _texts(values, ()):
        if key == ("incidents", "database"):  # must be a name, and is never printed where it is none
            continue
        named = _IN_A_QUERY if key == ("incidents", "sql") else _NAMED_SECRET
        if _ADDRESS_WITH_USER.search(text) or named.search(text):
            section, _, name = ".".join(key).rpartition(".")
            place = f"{files.get(key, file)}: {f'[{section}] ' if section else ''}{name}"
            rule = "a config is copied into every manifest, so it holds no secret"
            cure = "remove it from this file, and change the password or key, because it may have been seen"
            raise ConfigError(place, got="an address or a text with a password or key", rule=rule, cure=cure)


def _texts(value: object, key: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, (*key, str(name)))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)
