"""Places that stand for "not known": the station, a city's centre, a fallback of the geocoder, exact or jittered.

Such a place holds far more incidents than the land around it, and of every kind alike. A busy corner has busy streets
beside it; a mall or an airport has a mix of its own.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy import ndimage

from patrolcast.numerics.arrays import BoolArray, FloatArray, Int32Array

_BIN_M: Final = 100.0
_METRES_PER_DEGREE: Final = 111_320.0
_LEAST_SHARE, _TIMES_AROUND, _LEAST_MORE = 0.01, 8.0, 20.0
_ALIKE = 0.2
"""Largest total-variation distance between the mix of categories at the place and in the city."""
_LEAST_BESIDE = 0.5
_FEWEST, _MOST_BINS, _MOST_PLACES = 500, 4_000_000, 5


@dataclass(frozen=True)
class DefaultPlaces:
    """Places that look like a default address, the largest first, at most five.

    Attributes
    ----------
    at : which incidents stand at one of them, ``[n]``.
    sentences : each place in words, with what is done with its incidents.
    """

    at: BoolArray
    sentences: tuple[str, ...]


def find_default_places(incidents: pd.DataFrame, *, set_apart: bool, resolution_m: float = _BIN_M) -> DefaultPlaces:
    """Places that look like a default address.

    A square of 300 m is one when it holds at least 1 % of the incidents, 8 times what the 400 m around it would give
    it, and its categories are mixed as in the city (total variation below 0.2).

    Parameters
    ----------
    incidents : ``longitude``, ``latitude`` (WGS84), ``category``.
    set_apart : whether their incidents are set aside, for the sentences.
    """
    n = len(incidents)
    at = np.zeros(n, dtype=bool)
    if n < _FEWEST:
        return DefaultPlaces(at, ())
    longitude, latitude = incidents["longitude"].to_numpy(), incidents["latitude"].to_numpy()
    narrower = np.cos(np.deg2rad(float(np.median(latitude))))
    row = _squares(latitude, 1.0, resolution_m)
    column = _squares(longitude, narrower, resolution_m)
    shape = (int(row.max()) + 1, int(column.max()) + 1)
    if shape[0] * shape[1] > _MOST_BINS:
        return DefaultPlaces(at, ())
    square = row * shape[1] + column
    del row, column
    counts = np.bincount(square, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    inner, outer = _sums(counts, 3), _sums(counts, 11)
    around = (outer - inner) / (11**2 - 3**2) * 3**2
    likely = (inner >= _LEAST_SHARE * n) & (inner >= _TIMES_AROUND * around + _LEAST_MORE)
    categories = incidents["category"].astype("category").cat
    codes, n_names = categories.codes.to_numpy(), len(categories.categories)
    city = np.bincount(codes, minlength=n_names) / n
    if _are_coarse(counts, np.where(likely, inner, 0.0)):
        return DefaultPlaces(at, ())
    treatment = "set aside: where they happened is not known" if set_apart else "counted where they stand"
    sentences: list[str] = []
    for r, c in _peaks(np.where(likely, inner, 0.0)):
        if len(sentences) == _MOST_PLACES:
            break
        near = np.zeros(shape, dtype=bool)
        near[max(r - 1, 0) : r + 2, max(c - 1, 0) : c + 2] = True
        inside = near.ravel()[square]
        mix = np.bincount(codes[inside], minlength=n_names) / inside.sum()
        if np.abs(mix - city).sum() / 2 < _ALIKE:
            at |= inside
            middle = float(np.median(latitude[inside])), float(np.median(longitude[inside]))
            sentences.append(
                f"{int(inside.sum()):,} incidents ({inside.sum() / n:.1%}) lie within 150 m of {middle[0]:.4f}, "
                f"{middle[1]:.4f}, where the land around would give {around[r, c]:,.0f}, of every category alike: a "
                f"station or a default address? They are {treatment}"
            )
    return DefaultPlaces(at, tuple(sentences))


def _squares(degrees: FloatArray, narrower: float, side_m: float) -> Int32Array:
    """Number of the square of each incident along one axis, from the least; in place: the array is long."""
    along = degrees - degrees.min()
    along *= _METRES_PER_DEGREE
    along *= narrower
    along //= side_m
    return along.astype(np.int32)


def _are_coarse(counts: FloatArray, likely: FloatArray) -> bool:
    """Whether most incidents, those at likely places apart, stand alone: a grid, centroids, a few decimals.

    Land between such points is empty because places were coarsened, so that every point would look like a station.
    """
    elsewhere = np.where(_sums(likely, 3) > 0, 0.0, counts)
    beside = _sums(elsewhere, 3) > elsewhere
    return bool(elsewhere[beside].sum() < _LEAST_BESIDE * elsewhere.sum()) or not elsewhere.any()


def _sums(counts: FloatArray, size: int) -> FloatArray:
    return np.asarray(np.rint(ndimage.uniform_filter(counts, size, mode="constant") * size**2))


def _peaks(values: FloatArray) -> list[tuple[int, int]]:
    """Positions of the largest values, none within 5 of a larger one."""
    left, peaks = values.copy(), list[tuple[int, int]]()
    while left.max() > 0 and len(peaks) < 20:
        r, c = (int(i) for i in np.unravel_index(int(left.argmax()), left.shape))
        peaks.append((r, c))
        left[max(r - 5, 0) : r + 6, max(c - 5, 0) : c + 6] = 0.0
    return peaks
