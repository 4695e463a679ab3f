"""Values of a typed column as text, each by itself: no other row changes how one is written."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_MOST_WHOLE = 2.0**62


def typed_as_text(values: Any) -> Any:  # noqa: ANN401
    """An arrow array as text, null where nothing stands.

    A table of floats gives NaN for none and 7.0 for 7 as soon as one number is missing in it: whole numbers lose their
    ".0", and what is no number is nothing.

    >>> typed_as_text(pa.array([7.0, float("nan"), 7.5, 12345678.0])).to_pylist()
    ['7', None, '7.5', '12345678']
    """
    if not pa.types.is_floating(values.type):
        return values.cast(pa.string())
    numbers = values.cast(pa.float64())
    whole = pc.and_(pc.less(pc.abs(numbers), _MOST_WHOLE), pc.equal(numbers, pc.floor(numbers)))
    as_whole = pc.if_else(whole, numbers, None).cast(pa.int64()).cast(pa.string())
    stated = pc.if_else(pc.is_finite(numbers), values, pa.scalar(None, values.type))
    return pc.if_else(pc.fill_null(whole, False), as_whole, stated.cast(pa.string()))
