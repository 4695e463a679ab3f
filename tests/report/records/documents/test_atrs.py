"""The record fits the form of ours for the UK's standard; one answer less and it does not."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from tests.report.records.recorded_run import all_files, make_sources, sources_of

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


def test_rows_refused_are_those_of_the_incidents_and_a_run_without_trees_names_none() -> None:
    files = all_files()
    layer = {**files["manifest.json"]["sources"][0], "name": "streets.geojson", "refused": {"no shape": 5}}
    files["manifest.json"]["sources"].insert(0, {**layer, "of_incidents": False})
    del files["manifest.json"]["versions"]["lightgbm"]
    card = files["model/card.json"]["metadata"]["component"]["modelCard"]["modelParameters"]
    card["modelArchitecture"] = "a weighted sum of decayed counts, without trees"
    answers = {one.key: one.answer.text for part in atrs_record(sources_of(files)).parts for one in part.entries}
    assert answers["cleaning"].endswith("Of incidents.csv.gz, 1,500 rows were refused and 15,500 set aside.")
    assert answers["model_architecture"].startswith("Model: a weighted sum of decayed counts, without trees.")


def test_without_residents_no_count_of_them_was_read() -> None:
    files = all_files()
    files["audit.json"]["disparity"] = {"vintage": ""}
    answers = {one.key: one.answer.text for part in atrs_record(sources_of(files)).parts for one in part.entries}
    assert answers["sensitive_attributes"] == "None was read by run 20260630T1000Z-sample-1a2b3c4d."
