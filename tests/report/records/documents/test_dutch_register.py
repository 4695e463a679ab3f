"""The entry keeps the lengths of the Dutch standard; a text that is too long is refused, not cut."""

from __future__ import annotations

import pytest
from tests.report.records.recorded_run import all_files, make_sources, sources_of

from patrolcast.domain.errors import GovernanceError
from patrolcast.domain.governance.registers import DutchEntry
from patrolcast.report.records import shared_facts
from patrolcast.report.records.cited.sources import Sources
from patrolcast.report.records.cited.written import record_tree
from patrolcast.report.records.documents.dutch_register import dutch_register
from patrolcast.runs.records.make import require_form


def tree(sources: Sources) -> dict[str, object]:
    return record_tree(dutch_register(sources), status=shared_facts.run_status(sources))


def test_it_keeps_the_lengths() -> None:
    entry = DutchEntry.model_validate(tree(make_sources()))
    assert len(entry.general.description_short) < 350
    assert entry.general.status == "in development"


@pytest.mark.parametrize(
    ("file", "key", "field", "letters"),
    [
        ("manifest.json", "name", "general.name", 100),
        ("governance/oversight.toml", "decisions", "responsible_use.human_intervention", 2500),
    ],
)
def test_a_text_that_is_too_long_is_refused(file: str, key: str, field: str, letters: int) -> None:
    files = all_files()
    files[file][key] = "x" * letters
    with pytest.raises(GovernanceError, match=f"dutch_register, {field}: .* at most {letters - 1} characters"):
        require_form("dutch_register", tree(sources_of(files)))


def test_a_run_that_every_check_stopped_at_length_keeps_the_lengths() -> None:
    files = all_files()
    for one in files["manifest.json"]["gates"]:
        one |= {"verdict": "fail", "stops": True, "detail": "what was found, at length; " * 20}
    entry = tree(sources_of(files))
    require_form("dutch_register", entry)
    assert "must not be used. These checks stopped it: " in str(entry["operation"])


def test_a_document_without_a_form_of_ours_needs_none() -> None:
    require_form("public_summary", {})
