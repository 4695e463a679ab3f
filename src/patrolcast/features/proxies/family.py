"""Many tests, one rate of false alarms: what the largest of them all would be by chance.

Three groups, six features and thirteen parts of the city are hundreds of tests, of which many pass at 5 % by chance.
The surrogates of all groups are turned by the same angles (`surrogates`), so each of them is a whole city in which
nothing goes with anything, and the largest statistic in it is one draw of what chance gives the largest: a test counts
only when few of these reach it (max-T of Westfall & Young 1993, *Resampling-Based Multiple Testing*, Wiley; step-down
as in Romano & Wolf 2005, doi 10.1198/016214504000000539). Unlike the Benjamini-Yekutieli bound it knows how alike the
tests are (a quarter of a city is part of its half, shares of three groups add up to one), and so loses little to their
number. A feature found to be a proxy is then taken out of the crowd with which the next one is compared.
"""

from collections.abc import Sequence

import numpy as np

from patrolcast.numerics.arrays import FloatArray, IntArray

_TAIL = 0.05


def in_units_of_chance(statistics: FloatArray) -> FloatArray:
    """Each row less its median, over the distance to its upper 5 %; ``[t, 1 + m]``, rows of one value 0.

    The observed counts among its surrogates. The upper tail, not the deviation, is the unit: of rare features it is
    long, and in units of the deviation they alone would say what chance gives the largest of all.
    """
    middle = np.median(statistics, axis=1, keepdims=True)
    tail = np.quantile(statistics, 1.0 - _TAIL, axis=1, keepdims=True) - middle
    return np.asarray((statistics - middle) / np.where(tail > 1e-12, tail, np.inf))


def family_p(statistics: FloatArray, member: Sequence[int] | IntArray) -> FloatArray:
    """P of each test in the face of all, ``[t]``, 1 / (1 + m) .. 1.

    Parameters
    ----------
    statistics : ``[t, 1 + m]``, large ones speaking against chance, in units of chance; the observed first, then
        as many surrogates, column by column of the same surrogate city.
    member : whose test each row is (a feature): those of one member leave the crowd together.
    """
    member = np.asarray(member)
    names = np.unique(member)
    largest = np.stack([statistics[member == name].max(axis=0) for name in names]) if len(names) else np.empty((0, 1))
    order = np.argsort(-largest[:, 0], kind="stable")
    p, before = np.ones(len(statistics)), 0.0
    for position, row in enumerate(order):
        crowd = np.sort(largest[order[position:]].max(axis=0))
        of_member = member == names[row]
        reached = statistics[of_member, 0] - 1e-9
        p[of_member] = np.maximum(1.0 - np.searchsorted(crowd, reached) / len(crowd), before)
        before = float(p[of_member].min())
    return p
