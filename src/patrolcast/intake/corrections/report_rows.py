"""The rows of an export as corrections look at them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from patrolcast.intake.raw_rows import CodeColumn
from patrolcast.intake.times import NOT_A_TIME, Bits
from patrolcast.numerics.arrays import AnyIntArray, BoolArray, FloatArray, Int32Array, IntArray


@dataclass(frozen=True)
class ReportRows:
    """What corrections look at, one entry a row; None where the config maps no such column.

    Attributes
    ----------
    number, number_kind : see :class:`patrolcast.intake.corrections.record_numbers.NumberColumn`.
    content : hash of everything else that is read.
    start, reported, updated : instants; ``updated`` is NOT_A_TIME where it is not stated.
    written : time of occurrence as written.
    point : position of each row's point in ``east_m`` and ``north_m``: metres, NaN where the place cannot be used.
    offence, category : positions; a category below 0 is not forecast.
    count : signed; ``cancelled`` by the ``status``; ``supersedes``: number of the record that this one replaces.
    """

    officer: BoolArray
    content: Bits
    start: IntArray
    reported: IntArray
    written: IntArray
    point: Int32Array
    east_m: FloatArray
    north_m: FloatArray
    offence: Int32Array
    category: AnyIntArray
    number: Bits | None = None
    number_kind: npt.NDArray[np.int8] | None = None
    updated: IntArray | None = None
    count: IntArray | None = None
    cancelled: BoolArray | None = None
    status: CodeColumn | None = None
    supersedes: Bits | None = None

    @property
    def stamp(self) -> IntArray:
        """When each row became the state of its record: the time it was updated, else reported."""
        return (
            self.reported if self.updated is None else np.where(self.updated == NOT_A_TIME, self.reported, self.updated)
        )

    def metres(self, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        """Metres to the east and to the north of each of ``rows``; NaN where the place cannot be used."""
        return self.east_m[self.point[rows]], self.north_m[self.point[rows]]
