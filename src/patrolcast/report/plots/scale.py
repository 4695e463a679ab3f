"""From values to pixels, with ticks that do not touch: what Vega would decide by the fonts it finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from math import ceil, exp, floor, log, log10

from patrolcast.report.plots.layers import Layer

PLAIN, SIGNED = "format(datum.value, ',~g')", "datum.value ? format(datum.value, '+,~g') : '0'"
SHARE = "format(100 * datum.value, '~g') + ' %'"
"""Figures of ticks as expressions of Vega: as they are; around 0, with their sign; of a share, as per cent."""


@dataclass(frozen=True)
class Scale:
    """Values from ``low`` to ``high`` along ``pixels``."""

    low: float
    high: float
    pixels: float
    is_log: bool = False

    @classmethod
    def over(cls, values: Sequence[float], pixels: float, *, is_log: bool = False) -> Scale:
        """A scale that holds the values with a margin; on a log scale they must be positive."""
        low, high = (log(value) if is_log else value for value in (min(values), max(values)))
        margin = 0.08 * (high - low) or 0.1
        low, high = (exp(value) if is_log else value for value in (low - margin, high + margin))
        return cls(low, high, pixels, is_log)

    def __call__(self, value: float) -> float:
        """Pixels from the low end to a value.

        >>> Scale(1.0, 100.0, 200.0, is_log=True)(10.0)
        100.0
        """
        low, high, at = (log(v) if self.is_log else v for v in (self.low, self.high, value))
        return round((at - low) / (high - low) * self.pixels, 1)

    def ticks(self, *, across: bool = True, named: Sequence[float] = ()) -> list[float]:
        """Round values inside the scale, rising, so far apart that their figures do not touch, across or upwards.

        Parameters
        ----------
        named : values that the plot speaks of (no difference, a limit). On a log scale they come first, round ones
            where room is left; on another, even steps read better.

        >>> Scale(0.3, 1.7, 300.0).ticks(), Scale(0.1, 20.0, 300.0, is_log=True).ticks()
        ([0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6], [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0])
        >>> Scale(0.45, 2.3, 130.0, is_log=True).ticks(named=(1.0, 0.5, 2.0))
        [0.5, 1.0, 2.0]
        """
        letter, air = (8.0, 14.0) if across else (0.0, 20.0)

        def fit(values: Sequence[float]) -> bool:
            gap = air + letter * max((len(f"{value:g}") for value in values), default=0)
            return all(self(after) - self(before) >= gap for before, after in pairwise(values))

        shown: list[float] = []
        even = next(filter(fit, self._inside(self._ladders())))
        # Even steps crowd towards the top of a log scale, and few of them fit where 1, 2, 5 still would.
        halves = next(filter(fit, self._inside(self._powers()))) if self.is_log else []
        for value in (*(named if self.is_log else ()), *max(halves, even, key=len)):
            if self.low <= value <= self.high and value not in shown and fit(sorted([*shown, value])):
                shown.append(value)
        return sorted(shown)

    def _inside(self, ladders: Iterable[Sequence[float]]) -> Iterator[list[float]]:
        return ([value for value in values if self.low <= value <= self.high] for values in ladders)

    def _powers(self) -> Iterator[list[float]]:
        """1, 2 and 5 of each power of ten, then 1 and 3, then ever fewer powers alone; for a log scale."""
        powers = range(floor(log10(self.low)), ceil(log10(self.high)) + 1)
        for digits in ((1, 2, 5), (1, 3)):
            yield [round(digit * 10.0**power, 12) for power in powers for digit in digits]
        for every in count(1):
            yield [10.0**power for power in powers if power % every == 0]

    def _ladders(self) -> Iterator[list[float]]:
        """Round values that cover the scale, closer ones first; ever wider, until at most one is left."""
        if self.is_log and self.high > 8 * self.low:  # too wide for even steps
            yield from self._powers()
        size = 10.0 ** floor(log10((self.high - self.low) / 50))
        for step in (digit * size * 10.0**more for more in count() for digit in (1, 2, 5)):
            yield [round(k * step, 12) for k in range(ceil(self.low / step), floor(self.high / step) + 1)]

    def channel(
        self, figures: str, *, across: bool = True, ticks: Sequence[float] = (), named: Sequence[float] = ()
    ) -> Layer:
        """The scale and its axis for a channel of a layer; ``figures`` is the expression for its ticks."""
        domain = {"domain": [self.low, self.high], "nice": False, "zero": False, "clamp": True}
        axis = {"values": [*(ticks or self.ticks(across=across, named=named))], "labelExpr": figures, "grid": True}
        kind = "log" if self.is_log else "linear"
        return {"type": "quantitative", "scale": {"type": kind, **domain}, "axis": axis}
