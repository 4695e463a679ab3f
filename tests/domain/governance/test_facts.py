"""What the department states is in words, by an office, dated, and of its form; placeholders are refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from patrolcast.domain.governance.facts import Legal, Organisation, Oversight, Purpose
from patrolcast.domain.governance.year import Community, Risks, WantedRecords, Year


def examples(form: type[BaseModel]) -> dict[str, Any]:
    """The example of each key; of a list of tables one row of examples."""
    found = {}
    for key, field in form.model_fields.items():
        inner = getattr(field.annotation, "__args__", [None])[0]
        rows = isinstance(inner, type) and issubclass(inner, BaseModel)
        found[key] = [examples(inner)] if rows else (field.examples or [None])[0]
    return found


@pytest.mark.parametrize("form", [Organisation, Legal, Purpose, Oversight, Community, Year, Risks, WantedRecords])
def test_every_key_has_an_example_that_is_accepted(form: type[BaseModel]) -> None:
    form.model_validate(examples(form))
    assert all(field.description for field in form.model_fields.values())


@pytest.mark.parametrize(
    ("form", "key", "value"),
    [
        (Organisation, "name", "TODO"),
        (Organisation, "senior_responsible_owner", "tbd"),
        (Organisation, "contact_email", "somebody"),
        (Organisation, "website", "http://plain.example"),
        (Purpose, "goal", "to be decided"),
        (Purpose, "goal", "less crime"),
        (Purpose, "phase", "soon"),
        (Purpose, "start", "2026-13"),
        (Oversight, "monitoring_every_days", 0),
        (Oversight, "next_review", "2026-03-01"),
        (Year, "complaints", -1),
        (Year, "complaints", "two"),
        (Community, "comments", 1.5),
    ],
)
def test_blanks_placeholders_and_other_kinds_are_refused(form: type[BaseModel], key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        form.model_validate({**examples(form), key: value})


def test_a_review_comes_after_the_last_one() -> None:
    stated = {**examples(Oversight), "last_review": "2026-05-01", "next_review": "2026-04-01"}
    with pytest.raises(ValidationError, match="next_review must come after last_review"):
        Oversight.model_validate(stated)
