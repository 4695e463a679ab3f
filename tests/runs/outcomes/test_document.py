"""outcomes.json holds what may be shown and no digit more."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.audit.outcomes.test_shown import counts_of

from patrolcast.audit.outcomes.contrasts import estimands_of, measured
from patrolcast.audit.outcomes.findings import contrast_findings
from patrolcast.audit.outcomes.reported_crime import Effect
from patrolcast.audit.outcomes.shown import shown_sums
from patrolcast.runs.outcomes.document import contrast_row, effect_row
from patrolcast.runs.outcomes.drawn_cells import Drawn


def test_of_a_hidden_count_neither_ratio_nor_p_value_nor_size_is_there() -> None:
    counts = counts_of({("1", "b"): 7})
    contrasts = [measured(counts, one) for one in estimands_of(counts, counts.declared.measures[0])]
    verdicts, shown = contrast_findings(contrasts, beforehand=(), look=1), shown_sums(counts, contrasts)
    rows = [contrast_row(one, sums) for one, sums in zip(verdicts, shown, strict=True)]
    (row,) = [one for one in rows if (one["kind"], one["group"]) == ("compared", "Group B")]
    gone = ("ratio", "p", "p_adjusted", "smallest_found", "earlier", "levels", "after")
    assert {key: row[key] for key in gone} == dict.fromkeys(gone)
    assert row["is_hidden"]
    (other,) = [one for one in rows if (one["kind"], one["group"]) == ("change", "Group A")]
    assert other["ratio"] is not None
    assert not other["is_hidden"]
    json.dumps(rows, allow_nan=False)


def test_ratios_have_few_digits() -> None:
    counts = counts_of({("1", "a"): 133})
    contrasts = [measured(counts, one) for one in estimands_of(counts, counts.declared.measures[0])]
    verdicts, shown = contrast_findings(contrasts, beforehand=("force",), look=1), shown_sums(counts, contrasts)
    for one, sums in zip(verdicts, shown, strict=True):
        ratio = contrast_row(one, sums)["ratio"]
        assert all(round(value, 2) == value for value in ratio.values())


def effect(**changed: object) -> Effect:
    values = {
        "difference": (-0.1, -0.15, -0.05), "weighted_difference": (-0.1, -0.2, 0.0), "p": 0.001, "smallest": 0.04,
        "ratio": (0.5, 0.4, 0.7), "means": (0.1, 0.2), "incidents": (90, 180), "n_rows": 1800, "n_shifts": 300,
    }  # fmt: skip
    return Effect(**{**values, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "level", "verdict"),
    [
        (effect(), 0.025, "fell"),
        (effect(difference=(0.1, 0.05, 0.15)), 0.025, "rose"),
        (effect(), 0.0005, "no clear change"),
        (effect(smallest=0.06), 0.0005, "too small to tell"),
        (effect(p=0.5, means=(0.0, 0.0)), 0.025, "too small to tell"),
        (None, 0.025, "not measured"),
    ],
)
def test_reported_crime_fell_only_where_that_is_clear(made: Effect | None, level: float, verdict: str) -> None:
    assert effect_row(Drawn(made, "no lot"), level=level)["verdict"] == verdict


def test_a_difference_is_of_1000_places_and_shifts() -> None:
    row = effect_row(Drawn(effect(), "", ("2026-01-01", "2026-02-01")), level=0.025)
    assert row["difference"] == [-100.0, -150.0, -50.0]
    assert np.isclose(row["where_withheld"], 200.0)
