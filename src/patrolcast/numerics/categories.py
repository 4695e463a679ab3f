"""Columns of names from columns of codes: what is asked of each row is asked of each code, once."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from patrolcast.numerics.arrays import AnyIntArray, IntArray


def ranks(texts: Sequence[str]) -> IntArray:
    """Position of each of some different texts in their order.

    >>> ranks(["b", "c", "a"]).tolist()
    [1, 2, 0]
    """
    rank = np.empty(len(texts), dtype=np.int64)
    rank[sorted(range(len(texts)), key=lambda code: texts[code])] = np.arange(len(texts))
    return rank


def codes_and_names(column: pd.Series) -> tuple[AnyIntArray, list[str]]:
    """Of each row the position of its name, -1 where it has none, among the names that occur, in their order.

    >>> codes, names = codes_and_names(pd.Series(["b", "a"], dtype=pd.CategoricalDtype(["a", "b", "c"])))
    >>> codes.tolist(), names
    ([1, 0], ['a', 'b'])
    """
    whole = column.astype("category").cat
    codes = whole.codes.to_numpy()
    present = np.bincount(codes.astype(np.int64) + 1, minlength=len(whole.categories) + 1)[1:] > 0
    if not present.all():
        codes = np.append(np.cumsum(present) - 1, -1).astype(codes.dtype)[codes]
    return codes, [str(name) for name in whole.categories[present]]


def categorical(of_code: AnyIntArray, names: Sequence[str], codes: AnyIntArray) -> pd.Categorical:
    """A column of the names that occur in it, in their order.

    Parameters
    ----------
    of_code : position in ``names`` of what each code stands for; below 0 it stands for the empty text.
    codes : of each row, 0 and above.

    >>> list(categorical(np.array([1, 0, -1]), ["b", "a", "c"], np.array([0, 2, 0])))
    ['a', '', 'a']
    """
    names, of_code = [*names, ""], np.where(of_code < 0, len(names), of_code)
    present = np.unique(of_code[np.bincount(codes, minlength=of_code.size) > 0]).tolist()
    in_order = sorted(present, key=lambda name: names[name])
    position: AnyIntArray = np.full(len(names), -1, dtype=np.int16 if len(names) < 2**15 else np.int32)
    position[in_order] = np.arange(len(in_order))
    named = pd.Index([names[name] for name in in_order], dtype="str")
    return pd.Categorical.from_codes(position[of_code][codes], categories=named)
