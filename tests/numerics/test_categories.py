"""Columns of names as pandas makes them, from what each code stands for."""

import numpy as np
import pandas as pd

from patrolcast.numerics.categories import categorical, codes_and_names, ranks


def test_a_column_of_names_is_that_of_its_texts() -> None:
    names, of_code = ["theft", "assault", "arson"], np.array([2, 0, -1, 2, 1])
    codes = np.random.default_rng(1).integers(0, 4, 50)  # nothing stands for assault
    texts = [names[of_code[code]] if of_code[code] >= 0 else "" for code in codes]
    made = categorical(of_code, names, codes)
    assert list(made) == texts
    assert made.categories.tolist() == ["", "arson", "theft"]


def test_names_that_do_not_occur_have_no_code_as_after_removing_them() -> None:
    column = pd.Series(["c", None, "a", "c"], dtype=pd.CategoricalDtype(["a", "b", "c"]))
    codes, names = codes_and_names(column)
    plain = column.cat.remove_unused_categories().cat
    assert codes.tolist() == plain.codes.tolist()
    assert names == plain.categories.tolist()
    assert ranks(["b", "", "a"]).tolist() == [2, 0, 1]
