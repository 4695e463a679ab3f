"""What a loop test writes, and when it is evidence; the pairs themselves are made up here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.runs.simulate.test_simulate import fake
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import ConfigError
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store.evidence import evidence_path
from patrolcast.runs.simulate import simulate as simulating
from patrolcast.runs.simulate.evidence import loop_gate
from patrolcast.runs.simulate.files import write_simulation


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ConfigFile:
    monkeypatch.setattr(simulating, "simulate_pair", fake)
    config = read_settings(write_city(tmp_path))
    evidence_path(config, "loop").unlink()
    return config


def test_a_test_that_is_large_enough_is_stored_and_passes_the_gate(config: ConfigFile, tmp_path: Path) -> None:
    test, files = write_simulation(config, out=tmp_path / "out", now=NOW, cities=12, nights=56, workers=1)
    assert [path.name for path in files.paths] == ["feedback.json", "feedback.html", "tiny.loop.json"]
    assert (files.is_open, files.notes) == (True, ())
    stored = json.loads(evidence_path(config, "loop").read_bytes())
    assert stored == files.document == json.loads(files.paths[0].read_bytes())
    assert stored.keys() >= {"bound_to", "content_sha256"}
    assert str(loop_gate(config).verdict) == "pass"
    again, _ = write_simulation(config, out=tmp_path / "out", now=NOW, cities=12, nights=56, workers=1)
    assert again.reused == sum(map(len, test.outcomes.values())), "parts lie beside the result"


@pytest.mark.parametrize(("cities", "nights"), [(11, 56), (12, 55)])
def test_a_smaller_one_is_written_and_never_evidence(
    config: ConfigFile, tmp_path: Path, cities: int, nights: int
) -> None:
    _, files = write_simulation(config, out=tmp_path / "out", now=NOW, cities=cities, nights=nights, workers=1)
    assert [path.name for path in files.paths] == ["feedback.json", "feedback.html"]
    assert files.notes == (
        "not stored as evidence: too small (12 cities and 56 nights at least); a run still needs it to be published",
    )
    assert not evidence_path(config, "loop").exists()


def test_a_group_without_from_city_is_refused_before_anything_is_simulated(config: ConfigFile, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        write_simulation(config, out=tmp_path / "out", now=NOW, group="apart")
    assert str(error.value) == ("--group: got 'apart'; only with --from-city; made-up cities have no groups with names")
    assert not (tmp_path / "out").exists()
