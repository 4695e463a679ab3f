"""Reads the letters of the map back, as the page's script does."""

from __future__ import annotations

import numpy as np

from patrolcast.numerics.arrays import FloatArray
from patrolcast.report.run.map_data import LETTERS

LEVELS = len(LETTERS) ** 2 - 1


def from_letters(text: str, scale: tuple[float, float]) -> FloatArray:
    """The values of `report.run.map_data.in_letters`; level 0 is nothing."""
    digit = np.array([LETTERS.index(letter) for letter in text], dtype=np.int64).reshape(-1, 2)
    level = digit[:, 0] * len(LETTERS) + digit[:, 1]
    low, high = scale
    return np.where(level > 0, np.exp(low + (high - low) * (level - 1) / (LEVELS - 1)), 0.0)
