"""Arrays that several features share: made at their first use, and held while there is room for them."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from patrolcast.numerics.arrays import Float32Array

MOST_BYTES = 256 * 2**20
"""Room for the arrays that categories share, and as much for those of one category."""


class HistoryKey(NamedTuple):
    """Which array: whose reports, and how fast they fade.

    Both makers of shared arrays (`runs/pipeline/inputs`, `features/matrix`) name them by this type, so that what one
    has made the other finds.

    Attributes
    ----------
    source : reports of the category, of any category, or of the whole city.
    half_life_days : of its decayed mean; infinite for all history alike.
    """

    source: Literal["own", "any", "city"]
    half_life_days: float


class ArrayCache:
    """Arrays by key, as many as fit :data:`MOST_BYTES`: the first that come stay, and none above a quarter of the room.

    On a city of Chicago's size nearly all of them fit. On cells so small that one array would take more than that, each
    is made again at each use: more time, the same values.
    """

    def __init__(self) -> None:
        self._arrays: dict[HistoryKey, Float32Array] = {}

    @property
    def n_bytes(self) -> int:
        """What the arrays fill; one that repeats a single value (stride 0) fills nothing."""
        return sum(array.nbytes for array in self._arrays.values() if 0 not in array.strides)

    def get_or_make(self, key: HistoryKey, make: Callable[[], Float32Array]) -> Float32Array:
        """The array of ``key``, made at its first use."""
        if key in self._arrays:
            return self._arrays[key]
        array = make()
        if array.nbytes <= MOST_BYTES // 4 and self.n_bytes + array.nbytes <= MOST_BYTES:
            self._arrays[key] = array
        return array

    def keep_only(self, keys: set[HistoryKey]) -> None:
        """Drops every other array."""
        self._arrays = {key: array for key, array in self._arrays.items() if key in keys}
