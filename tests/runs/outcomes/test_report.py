"""A report: on the trail before it is shown, of what the trail holds, and nothing where it cannot stand."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.audit.planted_outcomes import declared, planted
from tests.runs.outcomes.city import MEASURES, SECOND, write_counts, write_measures
from tests.runs.tiny_city import write_city

from patrolcast.audit.outcomes.series import Counts
from patrolcast.domain.errors import DataRefusedError, GovernanceError, TrailBrokenError
from patrolcast.domain.outcomes.counts import OutcomeCounts
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.runs.outcomes.declare import declare, take_in
from patrolcast.runs.outcomes.report import verdicts_of, write_outcomes

NOW = datetime(2026, 7, 2, tzinfo=UTC)
DOUBLED = planted(5, mean=200.0, spread=0.05, times={("1", "b"): 2.0, ("2", "b"): 2.0})


@pytest.fixture
def city(tmp_path: Path) -> ConfigFile:
    config = write_city(tmp_path)
    write_measures(config)
    read = read_settings(config)
    declare(read)
    return read


def take(city: ConfigFile, folder: Path, counts: OutcomeCounts) -> None:
    take_in(city, write_counts(folder, counts), outcome=None, now=NOW)


def entry(city: ConfigFile) -> dict[str, Any]:
    path = city.settings.city_runs() / "trail" / "trail.jsonl"
    last: dict[str, Any] = json.loads(path.read_bytes().splitlines()[-1])
    return last


def test_a_planted_change_is_the_first_sentence_and_on_the_trail(city: ConfigFile, tmp_path: Path) -> None:
    take(city, tmp_path, DOUBLED)
    done = write_outcomes(city, now=NOW)
    assert done.finding.startswith("Use of force against Group B people rose")
    assert "not measured: there is no dosage log yet" in done.finding
    last = entry(city)
    assert last["event"] == "outcomes.reported"
    assert last["body"]["look"] == 1
    assert "force, disparity, Group B against Group A: rose" in last["body"]["findings"]
    document, page = (path.read_bytes() for path in done.paths)
    assert last["body"]["document_sha256"] == hashlib.sha256(document).hexdigest()
    assert last["body"]["page_sha256"] == hashlib.sha256(page).hexdigest()
    assert json.loads(document)["finding"] == done.finding
    assert done.finding.split(".")[0] in page.decode()


def test_the_same_report_again_is_the_same_bytes_and_the_same_look(city: ConfigFile, tmp_path: Path) -> None:
    take(city, tmp_path, DOUBLED)
    first = [path.read_bytes() for path in write_outcomes(city, now=NOW).paths]
    again = write_outcomes(city, now=NOW)
    assert [path.read_bytes() for path in again.paths] == first
    take(city, tmp_path, planted(6))
    second = write_outcomes(city, now=NOW).document
    assert second["look"]["number"] == 2
    assert second["look"]["level"] < again.document["look"]["level"]


def test_a_question_that_comes_after_the_data_is_marked_and_one_that_goes_is_named(
    city: ConfigFile, tmp_path: Path
) -> None:
    take(city, tmp_path, DOUBLED)
    write_measures(city.path, MEASURES.replace('id = "force"', 'id = "renamed"') + SECOND)
    declare(city)
    done = write_outcomes(city, now=NOW)
    assert {row["verdict"] for row in done.document["contrasts"]} == {"chosen after the data was seen"}
    assert done.finding.startswith("No question was named before the data was seen.")
    assert [one["id"] for one in done.document["withdrawn"]] == ["force"]
    assert done.document["look"]["contrasts_named_beforehand"] == 7, "those that went away"
    assert "counts_sha256" not in str(done.document), "of few small counts a hash gives them away"
    assert "One of the questions once named is no longer asked so." in done.finding
    page = done.paths[1].read_text(encoding="utf-8")
    assert "chosen after the data was seen" in page
    assert "<code>force</code>, named on" in page
    assert entry(city)["body"]["findings"] == []


def test_taking_a_question_away_makes_none_of_those_left_easier_to_call_a_finding(
    city: ConfigFile, tmp_path: Path
) -> None:
    write_measures(city.path, MEASURES + SECOND)
    declare(city)
    take(city, tmp_path, DOUBLED)
    both = contrasts_of_force(city)
    write_measures(city.path, MEASURES)
    declare(city)
    left = contrasts_of_force(city)
    assert [row["smallest_found"] for row in left] == [row["smallest_found"] for row in both]
    assert all(after >= before for before, after in zip(adjusted(both), adjusted(left), strict=True))
    alone = verdicts_of(Counts(DOUBLED, declared()), beforehand={"force"}, look=1)
    assert (alone[0].adjusted or 1.0) < 0.99 * adjusted(left)[0], "the twin: as if nothing had gone"


def contrasts_of_force(city: ConfigFile) -> list[dict[str, Any]]:
    rows = write_outcomes(city, now=NOW).document["contrasts"]
    return [row for row in rows if row["measure"] == "force"]


def adjusted(rows: list[dict[str, Any]]) -> list[float]:
    return [row["p_adjusted"] for row in rows]


def test_without_counts_or_with_measures_off_the_trail_nothing_is_shown(city: ConfigFile, tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError, match="no counts"):
        write_outcomes(city, now=NOW)
    take(city, tmp_path, DOUBLED)
    write_measures(city.path, MEASURES.replace("2024-01", "2023-06"))
    with pytest.raises(GovernanceError, match="not on the audit trail: force"):
        write_outcomes(city, now=NOW)
    assert not (tmp_path / "outcomes" / "tiny" / "outcomes.html").exists()


def test_counts_and_a_trail_that_were_changed_are_refused(city: ConfigFile, tmp_path: Path) -> None:
    take(city, tmp_path, DOUBLED)
    (stored,) = (tmp_path / "outcomes" / "tiny" / "imports").iterdir()
    good = stored.read_bytes()
    stored.write_bytes(good.replace(b'"2024-01",\n   "1"', b'"2024-01",\n   "2"', 1))
    assert stored.read_bytes() != good
    with pytest.raises(DataRefusedError, match="bytes other than the trail says"):
        write_outcomes(city, now=NOW)
    stored.write_bytes(good)
    path = city.settings.city_runs() / "trail" / "trail.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"adopted":"2024-01"', b'"adopted":"2023-01"'))
    with pytest.raises(TrailBrokenError):
        write_outcomes(city, now=NOW)


def test_the_chance_of_a_look_at_many_outcomes_is_that_of_one() -> None:
    """Contrasts of a second measure make each of the first harder to call a finding, never easier."""
    one = verdicts_of(Counts(DOUBLED, declared()), beforehand={"force"}, look=1)
    asked = declared(
        measures=[*declared().model_dump()["measures"], {**declared().model_dump()["measures"][0], "id": "x"}]
    )
    two = verdicts_of(Counts(DOUBLED, asked), beforehand={"force", "x"}, look=1)
    assert all((b.adjusted or 0.0) >= (a.adjusted or 0.0) for a, b in zip(one, two, strict=False))
    assert all((b.smallest or 99.0) > (a.smallest or 0.0) for a, b in zip(one, two, strict=False))
