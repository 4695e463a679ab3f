"""Other trainings of the same model: four halves of the training weeks, each with a seed of its own.

What patrol would a model have suggested that had seen other weeks? Two-week blocks of the training window are paired,
and each training takes one block of every pair, by the columns of a Hadamard matrix, so that every block is used
equally often and the halves are orthogonal (balanced half-samples: McCarthy 1969, doi 10.2307/1402214)::

    blocks        1 2   3 4   5 6   7 8 ...
    training 1    x .   x .   x .   x .
    training 2    . x   x .   . x   . x
    training 3    x .   . x   . x   x .
    training 4    . x   . x   x .   . x

Rows of a half weigh double, so that the trees are regularised alike. The weights of the decayed counts are fitted to
the half's weeks, too. How strongly a place's share of the shift is drawn to the city's is that of the run itself, as is
the trees' feature `starting_level`.
"""

import numpy as np

from patrolcast.numerics.arrays import BoolArray, Int32Array

BLOCK_DAYS = 14
_FIRST_OF_PAIR = ((True, True, True), (False, True, False), (True, False, False), (False, False, True))
N_HALVES = len(_FIRST_OF_PAIR)


def in_half(shift: Int32Array, half: int, *, n_slots: int) -> BoolArray:
    """Which shifts (positions in the panel) belong to a half."""
    block = shift // (BLOCK_DAYS * n_slots)
    takes_first = np.array(_FIRST_OF_PAIR[half])[(block // 2) % 3]
    chosen: BoolArray = (block % 2 == 0) == takes_first
    return chosen
