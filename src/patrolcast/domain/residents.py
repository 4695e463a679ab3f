"""Groups of residents: how many residents one needs before anything is said of it, and what people call it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

LEAST_RESIDENTS = 500.0
"""Fewer residents of a group on the grid are not measured, by the audit and by the screen alike: a dozen people in one
place make that place a stand-in for the group, whatever is measured there. Default of ``[audit] least_residents``."""

LEAST_MEASURED_SHARE = 0.95
"""Of a group's residents that must have counts on the grid; default of ``[audit] least_measured_share``. A twentieth
unseen, with anything from no patrol to twice the others', moves the group's exposure by a twentieth at most: the
difference that `audit/compare` calls too small to matter."""


@dataclass(frozen=True)
class CensusCoverage:
    """How much of a city its census counts are of.

    Attributes
    ----------
    areas, counted : census areas of the layer in the city, those at its border by their part inside; those with counts.
    counted_residents : group or "total" -> residents in the city's areas with counts.
    expected_residents : the same with those of areas that have none, and of land in no area: as stated where a row
        states some of its numbers, else as many as live elsewhere in the city (`grid.interpolate.census_coverage`).
    """

    areas: float
    counted: float
    counted_residents: dict[str, float]
    expected_residents: dict[str, float]

    def share(self, name: str, residents: float | None = None) -> float:
        """Share of a group's expected residents that is counted, or that ``residents`` are, 0..1; 1 of nobody."""
        expected = self.expected_residents[name]
        have = self.counted_residents[name] if residents is None else residents
        return min(have / expected, 1.0) if expected > 0 else 1.0

    @property
    def sentence(self) -> str:
        """In words, for notes: areas and residents in the city."""
        share = f"{100 * self.share('total'):.0f} % of its residents, as estimated"
        return f"{self.counted:,.0f} of {self.areas:,.0f} census areas in the city have counts: {share}"


_PROPER = frozenset({
    "african", "alaska", "american", "arab", "asian", "black", "caribbean", "european", "hawaiian", "hispanic",
    "indian", "indigenous", "latina", "latino", "latinx", "maori", "native", "pacific", "roma",
})  # fmt: skip
"""Words in names of groups that English writes with a capital letter (as the AP Stylebook does)."""


class NamedGroups(Protocol):
    """The groups of a config, and the names of some of them: what `domain.settings.residents.Residents` has."""

    @property
    def groups(self) -> Iterable[str]:
        """Their keys."""

    @property
    def names(self) -> Mapping[str, str]:
        """Key -> what people call it, of some of them."""


@dataclass(frozen=True)
class GroupNames:
    """What people call the groups of residents. Keys stay the names of columns, of checks and in stored documents.

    >>> called = GroupNames({"black": "Black or African American"})
    >>> called("black"), called("white"), called("two_asian"), called("everyone else")
    ('Black or African American', 'white', 'two Asian', 'everyone else')

    Attributes
    ----------
    shown : group -> its name; another key stands with spaces, and the capitals that English gives it.
    """

    shown: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, residents: NamedGroups | None) -> GroupNames:
        """The name of every group of a config."""
        if residents is None:
            return cls()
        return cls({key: residents.names.get(key) or cls()(key) for key in residents.groups})

    @classmethod
    def stored(cls, document: Mapping[str, object]) -> GroupNames:
        """The names that a stored document carries under ``group_names``; an older one carries none."""
        names = document.get("group_names")
        return cls({str(key): str(name) for key, name in names.items()} if isinstance(names, Mapping) else {})

    @property
    def document(self) -> dict[str, str]:
        """The same for a stored document."""
        return dict(self.shown)

    def __call__(self, key: str) -> str:
        """The name of a group, or of whom it is compared with."""
        words = key.replace("_", " ").split(" ")
        return self.shown.get(key) or " ".join(word.capitalize() if word in _PROPER else word for word in words)

    def within(self, sentence: str) -> str:
        """What a check says of itself, with names in place of keys: checks are made by code that knows keys only.

        >>> GroupNames({"black": "Black", "white": "white"}).within("no patrol where black lives, against white: 0.5")
        'no patrol where Black residents live, against white: 0.5'
        """
        return self._keys.sub(self._named, sentence) if self.shown else sentence

    @cached_property
    def _keys(self) -> re.Pattern[str]:
        """Where a check means a group: never wherever a word is a key, for a group may be called "other"."""
        key = "|".join(sorted(map(re.escape, self.shown), key=len, reverse=True))
        verbs = r"was not|is not measured, as|has [\d,]+ residents|in district"
        return re.compile(
            rf"\bwhere (?P<lives>{key}) lives\b|\bshare of (?P<share>{key})\b(?! residents)|"
            rf"\b(?P<before>against |that of |residents of )(?P<other>{key})\b|"
            rf"\b(?P<starts>{key})(?= (?:{verbs})\b)|(?:(?<=^)|(?<=: )|(?<=, ))(?P<listed>{key})(?=, |;|$)"
        )

    def _named(self, match: re.Match[str]) -> str:
        parts = {kind: key for kind, key in match.groupdict().items() if key}
        if "lives" in parts:
            return f"where {self(parts['lives'])} residents live"
        if "share" in parts:
            return f"share of {self(parts['share'])} residents"
        return (
            f"{parts['before']}{self(parts['other'])}"
            if "other" in parts
            else self(parts.get("starts") or parts["listed"])
        )
