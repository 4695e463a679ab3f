"""Texts are the department's when no template text is left; a prohibited use without a known check is refused."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from tests.test_glossary import banned_in

from patrolcast.domain.errors import GovernanceError
from patrolcast.domain.governance.prohibited import ENFORCED
from patrolcast.io.governance.texts import (
    TEXTS,
    prohibited_uses,
    require_own_texts,
    shipped,
    text_states,
    write_templates,
)

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "governance" / "sample"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "governance" / "sample"))


def test_the_sample_citys_texts_are_its_own_with_their_hashes(folder: Path) -> None:
    states = require_own_texts(folder)
    assert [state.name for state in states] == list(TEXTS)
    for state in states:
        assert state.sha256 == hashlib.sha256((folder / f"{state.name}.md").read_bytes()).hexdigest()
        assert "invented" in (folder / f"{state.name}.md").read_text()


def test_templates_are_written_once_and_all_of_them_are_still_templates(tmp_path: Path) -> None:
    folder = tmp_path / "governance" / "new"
    assert len(write_templates(folder)) == len(TEXTS) + 8
    assert {state.still for state in text_states(folder)} == {("the template, unchanged",)}
    (folder / "privacy.md").write_text("ours")
    assert write_templates(folder) == []
    assert (folder / "privacy.md").read_text() == "ours"


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_left_of_a_template_is_named_and_refused(folder: Path, name: str) -> None:
    path = folder / f"{name}.md"
    path.write_text(shipped(name) + "\nours\n")
    state = next(one for one in text_states(folder) if one.name == name)
    assert state.still[0].startswith("a line to write, line ")
    line = int(state.still[0].rpartition(" ")[2])
    assert path.read_text().splitlines()[line - 1].startswith("[WRITE")
    assert state.still[-1] == "the explanation of the template"
    with pytest.raises(GovernanceError, match=f"governance/sample/{name}.md: got a line to write"):
        require_own_texts(folder)


def still_of(folder: Path, name: str) -> list[str]:
    return list(next(one.still for one in text_states(folder) if one.name == name))


@pytest.mark.parametrize("name", TEXTS)
def test_slots_that_were_deleted_instead_of_written_are_found(folder: Path, name: str) -> None:
    kept = [line for line in shipped(name).splitlines() if not line.startswith((">", "[WRITE"))]
    (folder / f"{name}.md").write_text("\n".join(kept))
    assert any(one.endswith("says too little of the department's own") for one in still_of(folder, name))


@pytest.mark.parametrize("text", ["", "\n", "# Privacy\n", "ours"])
def test_an_empty_text_is_refused(folder: Path, text: str) -> None:
    (folder / "privacy.md").write_text(text)
    with pytest.raises(GovernanceError, match=r"privacy.md: got the opening says too little"):
        require_own_texts(folder)
    assert "the part 'Requests and deletion' is missing" in still_of(folder, "privacy")


@pytest.mark.parametrize("empty", ["n/a", "As above.", "See policy", "TBD", "None"])
def test_a_line_that_says_nothing_is_found(folder: Path, empty: str) -> None:
    path = folder / "privacy.md"
    path.write_text(path.read_text() + f"\n{empty}\n")
    assert still_of(folder, "privacy") == [f"the part 'Requests and deletion' says '{empty}'"]


@pytest.mark.parametrize("slot", ["- [WRITE: who]", "| who | [WRITE: who] |", "**[write: who]**"])
def test_a_slot_is_found_wherever_it_stands(folder: Path, slot: str) -> None:
    path = folder / "security.md"
    path.write_text(path.read_text() + f"\n{slot}\n")
    assert still_of(folder, "security")[0].startswith("a line to write, line ")


def test_a_department_may_name_and_word_its_text_as_it_likes(folder: Path) -> None:
    path = folder / "privacy.md"
    path.write_text(path.read_text().replace("# Privacy", "# How the invented city keeps records private", 1))
    assert still_of(folder, "privacy") == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("| Lists of persons | none | later |", "the row '| Lists of persons | none | later |', which is not use and"),
        ("- Lists of persons", "a list of prohibited uses beside the table"),
    ],
)
def test_a_prohibited_use_outside_the_two_columns_is_refused(folder: Path, line: str, said: str) -> None:
    path = folder / "usage-policy.md"
    last = next(one for one in path.read_text().splitlines() if one.endswith("| audit_trail |"))
    path.write_text(path.read_text().replace(last, f"{last}\n{line}"))
    assert still_of(folder, "usage-policy")[0].startswith(said)


def test_a_missing_text_is_refused(folder: Path) -> None:
    (folder / "security.md").unlink()
    with pytest.raises(GovernanceError, match=r"security.md: got no such file"):
        require_own_texts(folder)


@pytest.mark.parametrize("check", ["", "good_will"])
def test_a_prohibited_use_that_nothing_enforces_is_refused(folder: Path, check: str) -> None:
    path = folder / "usage-policy.md"
    path.write_text(path.read_text().replace("| group_audit |", f"| {check} |"))
    with pytest.raises(GovernanceError, match=r"Publishing without having compared groups.* with no known check"):
        require_own_texts(folder)


def test_a_policy_without_prohibited_uses_is_refused(folder: Path) -> None:
    (folder / "usage-policy.md").write_text("# Policy\n\nEverything is allowed.\n")
    with pytest.raises(GovernanceError, match="no table of prohibited uses"):
        require_own_texts(folder)


def test_every_check_that_a_policy_may_name_has_its_test_and_is_named_by_the_template() -> None:
    assert [one.name for one in ENFORCED if not (ROOT / one.test).is_file()] == []
    named = {check for _, check in prohibited_uses(shipped("usage-policy"))}
    assert named == {one.name for one in ENFORCED}


@pytest.mark.parametrize("name", TEXTS)
def test_no_template_uses_a_word_of_a_private_dialect(name: str) -> None:
    assert banned_in(shipped(name)) == []


def test_the_training_has_a_quiz_with_answers() -> None:
    quiz = shipped("training").partition("## Quiz")[2]
    assert quiz.count("?") >= 6
    assert quiz.count("**") >= 12
