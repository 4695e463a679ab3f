"""Parts of the city in which a proxy is looked for beside the whole: chosen before anything is measured.

A layer that follows a group in one half and nothing in the other is diluted in the whole city; the model, which knows
where reports are many, can still use it there. Parts are halves and quarters by place, the middle and the rim, and the
places with fewer and with more reports: twelve, each of a half or a quarter of the places, so that any proxy that fills
a quarter of the city lies in one of them for the most part.
"""

import numpy as np

from patrolcast.numerics.arrays import BoolArray, FloatArray

WHOLE = ""
"""The name of the whole city, which needs none."""


def city_parts(xy: FloatArray, rate: FloatArray) -> dict[str, BoolArray]:
    """Name, as it is read in a finding, -> places ``[n]``; the whole city first.

    Parameters
    ----------
    xy : centres in metres, ``[n, 2]``; halves hold as many places each.
    rate : citizen reports per km2, ``[n]``.
    """
    west, south = _lower_half(xy[:, 0]), _lower_half(xy[:, 1])
    middle = _lower_half(np.hypot(*(xy - np.median(xy, axis=0)).T))
    quiet = _lower_half(rate)
    return {
        WHOLE: np.ones(len(xy), dtype=bool),
        "in the western half": west,
        "in the eastern half": ~west,
        "in the southern half": south,
        "in the northern half": ~south,
        "in the south-west": south & west,
        "in the south-east": south & ~west,
        "in the north-west": ~south & west,
        "in the north-east": ~south & ~west,
        "in the middle of the city": middle,
        "on the rim of the city": ~middle,
        "where reports are few": quiet,
        "where reports are many": ~quiet,
    }


def _lower_half(values: FloatArray) -> BoolArray:
    lower = np.zeros(len(values), dtype=bool)
    lower[np.argsort(values, kind="stable")[: len(values) // 2]] = True
    return lower
