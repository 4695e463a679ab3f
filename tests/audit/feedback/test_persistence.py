"""Persistence and concentration: by hand, and on the record that Lum & Isaac 2016 published for Oakland."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import numpy as np
import pytest

from patrolcast.audit.feedback.persistence import measure_persistence, persistence_gate
from patrolcast.domain.records import GateVerdict

OAKLAND = Path(__file__).parents[4] / "shared" / "data" / "oakland" / "predpol_drug_predictions.csv"


def test_a_hand_worked_week() -> None:
    nights = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 1, 0]], dtype=bool)
    found = measure_persistence(nights, top=2)
    assert (found.n_nights, found.n_cells, found.distinct, found.always) == (3, 4, 3, 1)
    assert found.top_share == pytest.approx(5 / 6)
    assert found.longest_run == 3
    assert found.kept == pytest.approx((1 / 2 + 2 / 2) / 2)


def test_no_suggestion_at_all_is_measured_as_nothing() -> None:
    found = measure_persistence(np.zeros((3, 4), dtype=bool))
    assert (found.distinct, found.always, found.top_share, found.longest_run, found.kept) == (0, 0, 0.0, 0, 0.0)


def test_one_cell_named_for_longer_than_the_limit_warns_and_never_stops() -> None:
    nights = np.zeros((40, 30), dtype=bool)
    nights[:29, 3] = True
    gate = persistence_gate(measure_persistence(nights))
    assert (gate.verdict, gate.value, gate.stops) == (GateVerdict.WARN, 29.0, False)
    nights[28, 3] = False
    assert persistence_gate(measure_persistence(nights)).verdict is GateVerdict.PASS


@pytest.mark.shared
def test_the_oakland_record_is_recomputed() -> None:
    if not OAKLAND.is_file():
        warnings.warn("the Oakland record is absent, so the oracle of persistence was NOT tested", stacklevel=1)
        pytest.skip("DEVELOPMENT DATA ABSENT: the Oakland record was not read")
    with OAKLAND.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    score = np.array([[float(value) for value in row[1:]] for row in rows]).T
    suggested = np.zeros(score.shape, dtype=bool)
    np.put_along_axis(suggested, np.argsort(-score, axis=1, kind="stable")[:, :20], True, axis=1)
    found = measure_persistence(suggested, top=20)
    assert (found.n_nights, found.n_cells) == (368, 661)
    assert (found.distinct, found.always) == (52, 5)
    assert round(100 * found.top_share, 1) == 74.1
