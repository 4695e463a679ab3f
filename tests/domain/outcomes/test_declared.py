"""The file of measures: what it refuses, and when a measure is another one."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from tests.audit.planted_outcomes import declared, measure

from patrolcast.domain.outcomes.declared import identity_of


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"adopted": "2024-13"}, "no such month"),
        ({"owner": "todo"}, "names nobody"),
        ({"reference": "Group C"}, "must be the name of a group"),
        ({"reference": None}, "two groups and a reference"),
        ({"suggested_areas": []}, "needs suggested_areas"),
        ({"measures": []}, "at least 1"),
        ({"measures": [measure(), measure()]}, "ids of measures must differ"),
        ({"measures": [measure(question="TODO")]}, "placeholder"),
        ({"measures": [measure(matters=1.0)]}, "greater than or equal to 1.05"),
        ({"measures": [measure(per="residents")]}, "needs the residents of every group"),
        ({"measures": [measure(contrasts=["change", "change"])]}, "contrasts must differ"),
        ({"groups": [{"name": "everyone", "values": ["a"]}], "reference": None}, "other than everyone"),
        ({"groups": [{"name": "A", "values": ["a"]}, {"name": "B", "values": ["a"]}]}, "values of groups must differ"),
        ({"columns": {"persons": {}}}, "no such outcome"),
        ({"officers": 1}, "Extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_asked_is_refused(changed: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValidationError, match=rule):
        declared(**changed)


def test_whatever_its_value_hangs_on_makes_it_another_measure() -> None:
    own = identity_of(declared(), declared().measures[0])
    others = [
        declared(adopted="2024-02"),
        declared(suggested_areas=["2"]),
        declared(reference="Group B"),
        declared(groups=[{"name": "Group A", "values": ["a", "x"]}, {"name": "Group B", "values": ["b"]}]),
        declared(measures=[measure(matters=1.5)]),
        declared(measures=[measure(contrasts=["change"])]),
        declared(measures=[measure(per="reports")]),
    ]
    assert all(identity_of(one, one.measures[0]) != own for one in others)
    same = declared(owner="Another office", columns={"every": {"n": "count"}})
    assert identity_of(same, same.measures[0]) == own


def test_headers_are_those_of_the_outcome_or_of_every_other() -> None:
    found = declared(columns={"stops": {"area": "beat"}, "every": {"n": "count"}})
    assert found.columns_of("stops").area == "beat"
    assert found.columns_of("arrests").n == found.columns_of(None).n == "count"
    assert declared().columns_of("stops").n == "n"
