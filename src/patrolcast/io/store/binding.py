"""What stored evidence is bound to: the city, the code that measured it, the sections and the files that decide it.

Each is a hash of its own, so that a refusal names what changed. A binding is compared, never read: evidence holds only
while every part of it is what the config at hand makes today.

The records themselves are not part of it: evidence speaks of features and of a plan, and a night's new reports do not
end it. How they are *read* is (`[incidents]`: columns, call source, formats), and what the codebook makes of them.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import numpy as np

from patrolcast.domain.errors import PatrolcastError
from patrolcast.domain.settings.keys import is_display_only, map_paths
from patrolcast.io import hashing
from patrolcast.io.behaviour.kept import kept_behaviour
from patrolcast.io.settings.settings_file import ConfigFile

NAME, CODE, BOUND_TO = "name", "code", "bound_to"
FILES = frozenset({"area", "codebook", "residents", "places"})
"""Sections whose files are part of the binding, byte for byte."""
_DECIDES_NOTHING = (
    ("incidents", "path"), ("incidents", "database"), ("incidents", "gaps"), ("model", "threads"), ("loop", "cities"),
    ("loop", "nights"), ("monitor", "max_age_days"), ("residents", "vintage"), ("places", "*", "source"),
)  # fmt: skip
"""Keys within bound sections on which no measurement hangs: which export it is and where it has gaps (like new
reports), threads, the size of a loop test (it stands in the evidence itself), the age allowed, words for people."""
WORDS = {
    NAME: "the city",
    CODE: "the code that measures it",
    "area": "the area or its cells",
    "audit": "the least residents of a group",
    "codebook": "the codebook",
    "features": "[features]",
    "incidents": "how the records are read ([incidents])",
    "loop": "[loop]",
    "model": "[model]",
    "monitor": "[monitor]",
    "patrol": "[patrol]",
    "places": "the place layers",
    "policy": "[policy]",
    "residents": "the residents",
    "screen": "the limits ([screen])",
    "shifts": "[shifts]",
}


class Hashed(Protocol):
    """A file that the config names, with its key and its hash (`io.run_identity.InputFile`)."""

    @property
    def key(self) -> str:
        """E.g. "area.boundary"."""

    @property
    def sha256(self) -> str:
        """Of its bytes."""


def bind(
    config: ConfigFile, inputs: Iterable[Hashed], *, sections: Iterable[str], code: str, name: str | None = None
) -> dict[str, str]:
    """Part -> the city's name, or a SHA-256, for the config as it is today.

    Parameters
    ----------
    inputs : hashes of the files that the config names (`io.run_identity.input_files`).
    sections : of the config, or one key of one ("audit.least_residents").
    code : the function that measures, as `io.behaviour.closure` takes it.
    name : of the city that the evidence is stored for; None: the config's.
    """
    files = [(file.key, file.sha256) for file in inputs]
    bound = {NAME: name or config.settings.name, CODE: kept_behaviour(code)}
    for section in sections:
        top = section.partition(".")[0]
        bound[top] = hashing.digest(_stated(config, section), _contents(files, top) if top in FILES else [])
    return bound


def changed(stored: object, present: Mapping[str, str]) -> list[str]:
    """In words, the parts in which stored evidence differs from the present; what is missing there differs."""
    bound = stored if isinstance(stored, dict) else {}
    return [WORDS[part] for part, value in present.items() if bound.get(part) != value]


def _stated(config: ConfigFile, section: str) -> Any:  # noqa: ANN401
    """What the settings say in a section, defaults too; of a path only that it is there, or its name."""
    top, _, key = section.partition(".")
    value = getattr(config.settings, top)
    if value is None:
        return None
    if key:
        return getattr(value, key)
    plain = {name: part.model_dump(mode="json") for name, part in value.items()} if isinstance(value, dict) else None
    document = plain if plain is not None else value.model_dump(mode="json")
    return _without(map_paths(document, lambda _, text: text.rpartition("/")[2], (top,)), (top,))


def _without(document: dict[str, Any], at: tuple[str, ...]) -> dict[str, Any]:
    deciding = {}
    for name, value in document.items():
        key = (*at, name)
        if is_display_only(key) or any(_fits(key, pattern) for pattern in _DECIDES_NOTHING):
            continue
        deciding[name] = _without(value, key) if isinstance(value, dict) else value
    return deciding


def _fits(key: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    return len(key) == len(pattern) and all(want in {"*", part} for part, want in zip(key, pattern, strict=True))


def _contents(files: Iterable[tuple[str, str]], section: str) -> list[tuple[str, str]]:
    """Hashes of the files that a section names, names for people aside."""
    keys = ((key, tuple(key.split(".")), sha256) for key, sha256 in files)
    return sorted((key, sha256) for key, at, sha256 in keys if at[0] == section and not is_display_only(at))


def extent_of(config: ConfigFile) -> list[float]:
    """West, south, east and north of the boundary in degrees: what a city keeps when it is called otherwise.

    Not the bytes of the file, which a space would change. Empty where the file is not there or no layer.
    """
    from patrolcast.io.sources.geo_layers import read_layer

    try:
        bounds = read_layer(config.settings.area.boundary).total_bounds
    except PatrolcastError:
        return []
    return [round(float(end), 4) for end in bounds]


def is_same_place(a: object, b: object) -> bool:
    """True where two extents share more than half of what either covers; one that is none is nobody's.

    >>> is_same_place([0, 0, 2, 2], [0, 0, 2, 1.5]), is_same_place([0, 0, 2, 2], [1.5, 1.5, 2, 2])
    (True, False)
    """
    try:
        first, second = (np.array(ends, dtype=float).reshape(2, 2) for ends in (a, b))
    except (TypeError, ValueError):
        return False
    sides = np.minimum(first[1], second[1]) - np.maximum(first[0], second[0])
    shared = float(np.prod(np.maximum(sides, 0.0)))
    either = float(np.prod(first[1] - first[0]) + np.prod(second[1] - second[0])) - shared
    return shared > 0.5 * either
