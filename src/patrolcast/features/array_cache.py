"""Arrays that several features share: made once and kept while they fit the memory, else made anew at each use."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from patrolcast.numerics.arrays import Float32Array

MOST_BYTES = 256 * 2**20
"""Room for the arrays that categories share, and as much for those of one category."""


class ArrayCache:
    """Arrays by key, as many as fit :data:`MOST_BYTES`; the first that come stay, and none above a quarter of the room.

    On a city of Chicago's size nearly all of them are kept. On cells so small that one array would take more than that,
    each is made again at each use: more time, the same values.
    """

    def __init__(self) -> None:
        self._arrays: dict[Hashable, Float32Array] = {}

    @property
    def n_bytes(self) -> int:
        """What the kept arrays fill; one that repeats a single value fills nothing."""
        return sum(array.nbytes for array in self._arrays.values() if 0 not in array.strides)

    def once(self, key: Hashable, make: Callable[[], Float32Array]) -> Float32Array:
        """The array of ``key``, made at its first use."""
        if key in self._arrays:
            return self._arrays[key]
        made = make()
        if made.nbytes <= MOST_BYTES // 4 and self.n_bytes + made.nbytes <= MOST_BYTES:
            self._arrays[key] = made
        return made

    def keep_only(self, keys: set[Hashable]) -> None:
        """Forgets every other array."""
        self._arrays = {key: array for key, array in self._arrays.items() if key in keys}
