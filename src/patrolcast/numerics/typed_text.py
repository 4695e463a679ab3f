"""Values of a typed column as text and as numbers, each by itself: no other row changes how one is read."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_MOST_WHOLE = 2.0**62


def typed_as_text(values: Any) -> Any:  # noqa: ANN401
    """An arrow array as text, null where nothing stands.

    Decimals lose the zeros at their end. A table of floats gives NaN for none and 7.0 for 7 as soon as one number is
    missing in it: whole numbers lose their ".0", and what is no number is nothing.

    >>> typed_as_text(pa.array([7.0, float("nan"), 7.5, 12345678.0])).to_pylist()
    ['7', None, '7.5', '12345678']
    """
    if pa.types.is_decimal(values.type):
        return pc.replace_substring_regex(_decimal_text(values), pattern=r"\.0+$|(\.\d*?)0+$", replacement=r"\1")
    if not pa.types.is_floating(values.type):
        return values.cast(pa.string())
    numbers = values.cast(pa.float64())
    whole = pc.and_(pc.less(pc.abs(numbers), _MOST_WHOLE), pc.equal(numbers, pc.floor(numbers)))
    as_whole = pc.if_else(whole, numbers, None).cast(pa.int64()).cast(pa.string())
    stated = pc.if_else(pc.is_finite(numbers), values, pa.scalar(None, values.type))
    return pc.if_else(pc.fill_null(whole, False), as_whole, stated.cast(pa.string()))


def typed_as_float(values: Any) -> Any:  # noqa: ANN401
    """An arrow array of numbers as 64-bit floats, each the nearest to what is written: as its text would be read.

    >>> typed_as_float(pa.array([7, None])).to_pylist()
    [7.0, None]
    """
    if pa.types.is_decimal(values.type):
        values = _decimal_text(values)  # a decimal is divided by a power of ten, which is off by a last bit
    return values.cast(pa.float64(), safe=False)


def _decimal_text(values: Any) -> Any:  # noqa: ANN401
    if values.type.scale < 0:
        values = values.cast(pa.decimal256(76, 0))
    return values.cast(pa.string())
