"""What the sweeps counted, at the end of `make check-long`: kills, errors of the disk, readers, entries.

A test notes what it counted before it asserts anything, so a sum shows what failed too. `tests/conftest.py` prints
the sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

PREFIX = "counted: "


def counted(record_property: Callable[[str, object], None], numbers: Mapping[str, int]) -> None:
    """Notes counts of this test, by what they count."""
    for name, number in numbers.items():
        record_property(PREFIX + name, number)


def lines(reports: Iterable[Any]) -> list[str]:
    """A line for each count that tests noted, in the order in which they came."""
    sums = Counter[str]()
    for report in reports:
        if report.when == "call":
            for name, number in report.user_properties:
                if str(name).startswith(PREFIX):
                    sums[str(name).removeprefix(PREFIX)] += int(number)
    return [f"{name}: {number:,}" for name, number in sums.items()]
