"""What an objective must say; placeholders are refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from tests.audit.test_objectives import objectives

from patrolcast.domain.settings.deciding.objectives import Objectives


def test_its_target_reads_as_a_person_says_it() -> None:
    assert objectives().objectives[0].target == "at least 0.9 and at most 1.1"
    assert objectives(at_least=None).objectives[0].target == "at most 1.1"


@pytest.mark.parametrize(
    "changed",
    [
        {"goal": "TODO"},
        {"goal": "better"},
        {"owner": "TBD"},
        {"owner": "somebody"},
        {"review": "TODO"},
        {"review": "2026-02-30"},
        {"at_least": None, "at_most": None},
        {"at_least": 2.0},
        {"at_least": float("nan")},
        {"at_least": "0.9"},
        {"extra": 1},
        {"measure": "Calibration ratio"},
    ],
)
def test_what_is_unfinished_or_wrong_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        objectives(**changed)


def test_each_id_stands_once_and_a_file_without_one_is_none() -> None:
    one = objectives().model_dump()["objectives"][0]
    with pytest.raises(ValidationError, match="2 of them have the id forecast_holds"):
        Objectives.model_validate({"objectives_version": 1, "objectives": [one, one]})
    with pytest.raises(ValidationError):
        Objectives.model_validate({"objectives_version": 1, "objectives": []})
