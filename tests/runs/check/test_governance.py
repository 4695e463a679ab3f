"""`check` warns of facts that are missing and of texts that are still a template, and is silent where all is stated."""

from __future__ import annotations

from pathlib import Path

from tests.runs.records.recorded_folder import own_governance

from patrolcast.io.governance.facts import FORMS
from patrolcast.io.governance.texts import TEXTS, write_templates
from patrolcast.runs.check.governance import governance_warnings


def test_it_is_silent_where_all_is_stated(tmp_path: Path) -> None:
    assert governance_warnings(own_governance(tmp_path)) == []


def test_templates_are_named_one_by_one(tmp_path: Path) -> None:
    folder = tmp_path / "governance" / "new"
    assert governance_warnings(folder) == [
        f"no records can be made: there is no {folder}; `patrolcast governance init CONFIG` writes templates"
    ]
    write_templates(folder)
    warnings = governance_warnings(folder)
    assert len(warnings) == len(FORMS) + len(TEXTS)
    assert warnings[-1].endswith("new/ai-assisted-development.md still holds the template, unchanged")


def test_a_missing_text_is_named_beside_what_else_is_missing(tmp_path: Path) -> None:
    folder = own_governance(tmp_path)
    (folder / "year.toml").unlink()
    (folder / "privacy.md").unlink()
    first, second = governance_warnings(folder)
    assert first.startswith("no records that need it can be made: governance/sample/year.toml: got no such file")
    assert second.startswith("no records can be made: governance/sample/privacy.md: got no such file")
