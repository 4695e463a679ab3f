"""Limits of gates: the range that the schema enforces, the usual range inside it, and the default that pages compare.

::

    refused | needs a waiver |      usual range, with the default      | needs a waiver | refused
            hard end       usual end                               usual end       hard end

Beyond the hard range a check would be switched off: that is refused outright (``ge`` and ``le`` of the field). Beyond
the usual range it still checks something: a waiver names the limit, and every page says so. The strict side has no
usual end where a stricter limit can only stop more.

The limits of ``[gates]`` decide nothing but publication. A config that sets them wider can be read, checked and run, so
that a poor export can be looked at; the gate ``limits_kept`` then keeps the run from being published. Where such a
limit would check nothing, no waiver opens that gate.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from patrolcast.domain.errors import ConfigError, shown
from patrolcast.domain.settings.base import Section


@dataclass(frozen=True)
class Usual:
    """Marks a field as a limit of a gate, and says which values of it need no waiver.

    Attributes
    ----------
    of : what is limited, as it follows "the limit of".
    yardstick : what others use, as it follows "; "; "" where there is nothing to compare with.
    least, most : the usual range; of a list, every number lies in it.
    waivable_least, waivable_most : beyond them no waiver holds, for values that may be looked at and never published.
    """

    of: str
    least: float = -inf
    most: float = inf
    yardstick: str = ""
    waivable_least: float = -inf
    waivable_most: float = inf

    @property
    def range_words(self) -> str:
        """The usual range in words, e.g. "at most 0.2", "from 0.75 to 1.33"."""
        least, most = self.least, self.most
        if least == -inf:
            return f"at most {most:g}"
        return f"at least {least:g}" if most == inf else f"from {least:g} to {most:g}"


@dataclass(frozen=True)
class ChosenLimit:
    """One limit as a config has it: ``key`` ("gates.max_refused_share"), the value, the default, the usual range."""

    key: str
    value: float | list[float]
    default: float | list[float]
    usual: Usual

    @property
    def beyond_usual(self) -> bool:
        """True where a waiver is needed."""
        return not all(self.usual.least <= value <= self.usual.most for value in self._values)

    @property
    def beyond_waiver(self) -> bool:
        """True where no waiver is enough."""
        return not all(self.usual.waivable_least <= value <= self.usual.waivable_most for value in self._values)

    @property
    def _values(self) -> list[float]:
        return self.value if isinstance(self.value, list) else [self.value]

    @property
    def is_default(self) -> bool:
        """True where the agency changed nothing."""
        return self.value == self.default

    @property
    def place(self) -> str:
        """Where it stands, as the file writes it: ``[gates] max_refused_share``."""
        section, _, name = self.key.rpartition(".")
        return f"[{section}] {name}"

    @property
    def sentence(self) -> str:
        """For pages: "This agency set the limit of ... to ...; the default is ...".

        >>> ChosenLimit("gates.max_refused_share", 0.15, 0.1, Usual("refused rows", most=0.2)).sentence
        'This agency set the limit of refused rows to 0.15; the default is 0.1.'
        """
        value, default = number_words(self.value), number_words(self.default)
        text = f"This agency set the limit of {self.usual.of} to {value}; the default is {default}"
        return f"{text}; {self.usual.yardstick}." if self.usual.yardstick else f"{text}."

    @property
    def row(self) -> tuple[str, str, str, str]:
        """What is limited, the value, the default and the usual range, as a table shows them."""
        usual = f"{self.usual.range_words}; {self.usual.yardstick}" if self.usual.yardstick else self.usual.range_words
        label = self.usual.of.rstrip(",")
        return f"{label[0].upper()}{label[1:]}", number_words(self.value), number_words(self.default), usual


def number_words(value: float | Sequence[float]) -> str:
    """A limit as pages print it: ``0.1``, or ``0.8 to 1.25``."""
    parts = [value] if isinstance(value, (int, float)) else value
    return " to ".join(f"{part:g}" if float(f"{part:g}") == part else repr(part) for part in parts)


def chosen_limits(section: Section, at: str = "") -> Iterator[ChosenLimit]:
    """Every limit of a gate that settings hold, in the order of their sections; found by the fields' own marks."""
    for name, field in type(section).model_fields.items():
        value, key = getattr(section, name), f"{at}.{name}" if at else name
        if isinstance(value, Section):
            yield from chosen_limits(value, key)
        for mark in field.metadata:
            if isinstance(mark, Usual):
                yield ChosenLimit(key, value, field.get_default(call_default_factory=True), mark)


_OF_PUBLICATION = "gates."


def refuse_unwaived(
    settings: Section, waived: Collection[str], *, file: str, files: Mapping[tuple[str, ...], str]
) -> None:
    """Stops a config that sets a limit beyond its usual range and names no waiver, or waives a limit that is none.

    Those of ``[gates]`` are left to the gate ``limits_kept``.

    Raises ConfigError: one line with the limit, the usual range and the waiver to write.

    Parameters
    ----------
    waived : keys of the limits that waivers name.
    file, files : as in :func:`patrolcast.domain.settings.keys.parse_settings`.
    """
    limits = {limit.key: limit for limit in chosen_limits(settings)}
    for name in waived:
        if name not in limits:
            near = difflib.get_close_matches(name, limits, n=1)
            cure = f"did you mean '{near[0]}'?" if near else f"limits: {', '.join(limits)}"
            raise ConfigError(f"{file}: [[waivers]] limit", got=shown(name), rule="must be a limit", cure=cure)
    for limit in limits.values():
        if limit.beyond_usual and limit.key not in waived and not limit.key.startswith(_OF_PUBLICATION):
            stated = files.get(tuple(limit.key.split(".")), file)
            rule = f"usual is {limit.usual.range_words} (default {number_words(limit.default)})"
            cure = f'keep to it, or write [[waivers]] with limit = "{limit.key}", reason, owner and expires'
            raise ConfigError(f"{stated}: {limit.place}", got=number_words(limit.value), rule=rule, cure=cure)
