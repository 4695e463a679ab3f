"""Numbers that stand for "no value": written by the census, by spreadsheets, rasters and map programs."""

import numpy as np
import pandas as pd

from patrolcast.numerics.arrays import BoolArray

CENSUS_SENTINELS = (-999999999, -888888888, -666666666, -555555555, -333333333, -222222222)
"""What the US census writes for an estimate that is not there ("Notes on ACS Estimate and Annotation Values")."""
_OTHERS = (-9999, -99999, -999999, -9999999, -99999999, -3.4028234663852886e38, -3.40282306073709653e38, -1.7e308)
"""What spreadsheets, rasters and map programs write; -999 and -99 only where no other value is below zero."""
_SHORT = (-99, -999)


def stands_for_none(values: pd.Series) -> BoolArray:
    """True where a number stands for "no value".

    >>> stands_for_none(pd.Series([52000.0, -666666666.0, 0.0])).tolist()
    [False, True, False]
    >>> stands_for_none(pd.Series([-999.0, 4.0])).tolist(), stands_for_none(pd.Series([-999.0, -4.0])).tolist()
    ([True, False], [False, False])
    """
    coded = values.isin((*CENSUS_SENTINELS, *_OTHERS)).to_numpy()
    short = values.isin(_SHORT).to_numpy()
    below = (values < 0).to_numpy() & ~coded & ~short
    return np.asarray(coded if below.any() else coded | short)
