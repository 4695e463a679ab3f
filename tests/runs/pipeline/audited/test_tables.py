"""The tables in the run folder hold what the audit used: sums agree, and nothing in them is about a person."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.runs.trained_halves import audited_run

from patrolcast.domain.records import AuditTables
from patrolcast.runs.pipeline.audited.tables import BY_AREA


@pytest.fixture(scope="module")
def used() -> AuditTables:
    found = audited_run().audited
    assert found is not None
    return found


def test_columns_are_places_nights_and_sums(used: AuditTables) -> None:
    assert list(used.nights) == ["night", "cell", "minutes", "need", "reported", "reached"]
    assert list(used.cells) == ["cell", "district", "expected", *(f"minutes_of_training_{k}" for k in (1, 2, 3, 4))]
    assert list(used.residents) == ["spreading", "group", "cell", "members", "others", "everyone"]


def test_exposure_by_hand_from_the_tables_is_the_audits(used: AuditTables) -> None:
    audit = audited_run().disparity
    assert audit is not None
    minutes = used.nights.groupby("cell")["minutes"].sum() / audit.n_nights
    for one in audit.groups:
        own = used.residents[(used.residents["group"] == one.group) & (used.residents["spreading"] == BY_AREA)]
        here = own["cell"].map(minutes).fillna(0.0)
        assert np.average(here, weights=own["members"]) == pytest.approx(one.exposure)
        assert np.average(here, weights=own["others"]) == pytest.approx(one.exposure_against)
        assert own["members"].sum() == pytest.approx(one.residents)


def test_rows_of_nothing_are_left_out_and_reached_is_part_of_reported(used: AuditTables) -> None:
    amounts = used.nights[["minutes", "need", "reported"]]
    assert (amounts > 0).any(axis=1).all()
    assert (used.nights["reached"] <= used.nights["reported"]).all()
    assert used.nights["night"].nunique() == audited_run().disparity.n_nights  # type: ignore[union-attr]
    assert set(used.nights["cell"]) <= set(used.cells["cell"])


def test_everybody_is_one_side_or_the_other(used: AuditTables) -> None:
    assert isinstance(used.residents, pd.DataFrame)
    np.testing.assert_allclose(used.residents["members"] + used.residents["others"], used.residents["everyone"])
