"""The two types that keep citizen reports and all other records apart."""

from __future__ import annotations

import pandas as pd
import pytest

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.domain.tables import INCIDENT_COLUMNS, CitizenIncidents, SetAsideRecords, empty_incidents


def table(*provenances: str) -> pd.DataFrame:
    moment = pd.Timestamp("2026-01-10T10:00Z")
    values = [moment, moment, -87.5, 41.5, "T", "theft"]
    rows = [[*values, provenance] for provenance in provenances]
    return pd.DataFrame(rows, columns=list(INCIDENT_COLUMNS))


def test_citizen_reports_are_incidents_and_nothing_else_is() -> None:
    assert len(CitizenIncidents(table("citizen", "citizen")).table) == 2
    with pytest.raises(ProhibitedDataError) as caught:
        CitizenIncidents(table("citizen", "sensor", "officer"))
    assert str(caught.value) == (
        "incidents: got records of provenance officer, sensor; only citizen-reported records are counted; "
        "mark them in the codebook so that they are set aside"
    )


def test_citizen_reports_cannot_be_set_aside_as_other_records() -> None:
    assert len(SetAsideRecords(table("officer", "unknown", "administrative")).table) == 3
    with pytest.raises(ProhibitedDataError) as caught:
        SetAsideRecords(table("officer", "citizen"))
    assert str(caught.value) == "set-aside records: got citizen reports; those are counted, not set aside"


@pytest.mark.parametrize("kind", [CitizenIncidents, SetAsideRecords])
def test_another_column_is_refused_even_when_it_is_one_more(kind: type) -> None:
    wider = table("citizen").assign(officer="4711")
    with pytest.raises(ValueError, match="incidents need the columns"):
        kind(wider)


def test_no_incident_is_a_table_of_incidents_too() -> None:
    assert len(CitizenIncidents(empty_incidents()).table) == 0
    assert len(SetAsideRecords(empty_incidents()).table) == 0
