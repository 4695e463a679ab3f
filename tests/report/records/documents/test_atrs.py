"""The record fits the form of ours for the UK's standard; one answer less and it does not."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from tests.report.records.recorded_run import make_sources

from patrolcast.domain.governance.registers import AtrsEntry
from patrolcast.report.records import shared_facts
from patrolcast.report.records.cited.written import record_tree
from patrolcast.report.records.documents.atrs import atrs_record

SOURCES = make_sources()
TREE = record_tree(atrs_record(SOURCES), status=shared_facts.run_status(SOURCES))


def test_it_answers_every_label() -> None:
    entry = AtrsEntry.model_validate(TREE)
    assert entry.owner.senior_responsible_owner == "Deputy chief for patrol of the invented city"
    assert "84,000 were counted" in entry.data.quantities


@pytest.mark.parametrize("part", [key for key, value in TREE.items() if isinstance(value, dict)])
def test_a_missing_an_empty_and_a_strange_answer_are_refused(part: str) -> None:
    answers = TREE[part]
    first = next(iter(answers))
    less = {key: value for key, value in answers.items() if key != first}
    for broken in (less, {**answers, first: ""}, {**answers, "opinion": "good"}):
        with pytest.raises(ValidationError):
            AtrsEntry.model_validate({**TREE, part: broken})
