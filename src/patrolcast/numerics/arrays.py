"""Names of the array types, so that a signature says what its numbers are: one name, one dtype."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
CountArray = npt.NDArray[np.uint16]
"""Incidents per cell and shift or day: small whole numbers, 0 to 65,535."""
AnyIntArray = npt.NDArray[np.integer]
BoolArray = npt.NDArray[np.bool_]
ObjectArray = npt.NDArray[np.object_]
"""Text or shapes."""
