"""A missing file or key ends with its place and an example; a template is refused key by key until it is filled in."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from patrolcast.domain.errors import GovernanceError
from patrolcast.domain.governance.hazards import HAZARDS
from patrolcast.io.governance.facts import FORMS, facts_template, place_of, read_facts

SAMPLE = Path(__file__).parents[3] / "governance" / "sample"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "governance" / "sample"))


def refused(folder: Path, name: str) -> str:
    with pytest.raises(GovernanceError) as error:
        read_facts(folder, [name])
    assert error.value.exit_code == 11
    return str(error.value)


def test_the_sample_citys_facts_are_whole_and_plainly_invented(folder: Path) -> None:
    assert set(read_facts(folder, FORMS)) == set(FORMS)
    assert all("invented" in (folder / f"{name}.toml").read_text() for name in FORMS)


def test_a_missing_file_and_a_missing_key_come_with_an_example(folder: Path) -> None:
    legal = folder / "legal.toml"
    legal.write_text("\n".join(line for line in legal.read_text().splitlines() if not line.startswith("sharing")))
    assert refused(folder, "legal") == (
        "governance/sample/legal.toml, sharing: got nothing; with whom data or results are shared, by what right; "
        'write e.g. sharing = "Nothing is shared with other agencies; what is published here is for everybody."; '
        "`patrolcast governance init` writes an explained file"
    )
    legal.unlink()
    assert refused(folder, "legal").startswith("governance/sample/legal.toml: got no such file; ")


@pytest.mark.parametrize("name", FORMS)
def test_a_template_is_toml_and_is_refused_until_it_is_filled_in(folder: Path, name: str) -> None:
    text = facts_template(name)
    tomllib.loads(text)
    (folder / f"{name}.toml").write_text(text)
    assert refused(folder, name).startswith(f"governance/sample/{name}.toml, ")


def test_a_row_of_a_list_is_named(folder: Path) -> None:
    risks = folder / "risks.toml"
    risks.write_text(risks.read_text().replace("severity = 4", "severity = 9", 1))
    assert refused(folder, "risks").startswith("governance/sample/risks.toml, risks.2.severity: got '9'; ")


@pytest.mark.parametrize("name", ["organisation", "risks"])
def test_an_unknown_key_is_an_error(folder: Path, name: str) -> None:
    path = folder / f"{name}.toml"
    path.write_text("opinion = 1\n" + path.read_text())
    assert "opinion" in refused(folder, name)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("See the usage policy of this department.", "points elsewhere; a record is read alone"),
        ("As stated in the section above, it is fine.", "points elsewhere; a record is read alone"),
        ("Nothing is shared by the Larkfield police with others.", "is the example of the template"),
        ("Nothing is \u202eshared with others by anybody.", "holds a character that nobody sees"),
        ("Nothing is shared\u0007 with others by anybody.", "holds a character that nobody sees"),
    ],
)
def test_a_text_that_says_nothing_of_its_own_is_refused(folder: Path, text: str, rule: str) -> None:
    legal = folder / "legal.toml"
    lines = [line for line in legal.read_text().splitlines() if not line.startswith("sharing")]
    lines.insert(1, f"sharing = {json.dumps(text)}")
    legal.write_text("\n".join(lines))
    assert refused(folder, "legal").startswith("governance/sample/legal.toml, sharing: got ")
    assert f"; {rule}; write what holds here" in refused(folder, "legal")


def test_a_text_in_a_row_of_a_list_is_named(folder: Path) -> None:
    legal = folder / "legal.toml"
    finding = next(line for line in legal.read_text().splitlines() if line.startswith("finding"))
    legal.write_text(legal.read_text().replace(finding, 'finding = "See the report of the assessors."'))
    assert refused(folder, "legal").startswith("governance/sample/legal.toml, assessments.1.finding: got ")


def test_what_is_no_toml_is_one_line(folder: Path) -> None:
    (folder / "year.toml").write_bytes(b"\xff\xfe")
    assert "must be TOML, UTF-8" in refused(folder, "year")


def test_every_hazard_is_rated_once_and_no_other(folder: Path) -> None:
    risks = folder / "risks.toml"
    whole = risks.read_text()
    risks.write_text(whole.replace("same_places", "feedback_loop"))
    assert "got 2 ratings of feedback_loop" in refused(folder, "risks")
    more = whole + whole.split("\n\n", 1)[1].split("\n\n")[0].replace("feedback_loop", "aliens") + "\n"
    risks.write_text(more)
    assert "got 'aliens'" in refused(folder, "risks")
    assert len(HAZARDS) == whole.count("[[risks]]")


def test_a_place_is_named_without_the_machine() -> None:
    assert place_of(Path("/home/x/governance/y/a.toml")) == "governance/y/a.toml"
