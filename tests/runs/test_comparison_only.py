"""Officer-initiated features can be compared and by no door become a run, a page or a publication."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from tests.cities import as_of, uniform_city
from tests.runs.tiny_city import NOW, write_city

from patrolcast.audit.gates import pipeline_gates
from patrolcast.domain.errors import GateRefusedError, ProhibitedDataError
from patrolcast.domain.matrix import Admission, AdmittedFeature, AdmittedMatrix, ComparedFeature, ComparisonPermit
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.records import GateVerdict, RunResult
from patrolcast.features.enforcement import admit_for_comparison, enforcement_features
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.check.check import check_city
from patrolcast.runs.forecast.once import compute_run, run_once
from patrolcast.runs.forecast.stored_runs import identify
from patrolcast.runs.nightly.nightly import run_night
from patrolcast.runs.pipeline.run import admit_features, run_pipeline

PERMIT = ComparisonPermit("a test")


@pytest.fixture
def compared_config(tmp_path: Path) -> Path:
    config = write_city(tmp_path)
    config.write_text(config.read_text() + "\n[policy]\ncomparison_only = true\n")
    return config


def test_an_officer_initiated_feature_cannot_be_admitted() -> None:
    with pytest.raises(ProhibitedDataError, match="never reach the model"):
        AdmittedFeature(enforcement_features()[0], "a policy that tried")


def test_a_compared_feature_needs_a_permit_and_officer_provenance() -> None:
    spec = enforcement_features()[0]
    assert ComparedFeature(spec, "comparison only", PERMIT).spec is spec
    with pytest.raises(ProhibitedDataError, match="no permit"):
        ComparedFeature(spec, "comparison only", "please")  # type: ignore[arg-type]
    for provenance in set(Provenance) - {Provenance.OFFICER}:
        with pytest.raises(ProhibitedDataError, match="only officer-initiated records are admitted for comparison"):
            ComparedFeature(dataclasses.replace(spec, provenance=provenance), "comparison only", PERMIT)


def test_no_run_result_can_hold_a_compared_admission(tmp_path: Path) -> None:
    config = read_settings(write_city(tmp_path))
    admission = admit_features(config.settings)
    compared = admit_for_comparison(admission, PERMIT)
    assert not admission.comparison_only
    assert compared.comparison_only
    result, *_ = _computed(write_city(tmp_path / "again"))
    with pytest.raises(ProhibitedDataError, match="such a model is compared, never run, never published"):
        dataclasses.replace(result, admission=compared)


def test_the_policy_gate_fails_on_a_compared_admission(tmp_path: Path) -> None:
    result, *_ = _computed(write_city(tmp_path))
    gates = pipeline_gates(
        admission=admit_for_comparison(result.admission, PERMIT),
        incidents=1,
        counted=1,
        uncounted={},
        forecast=result.forecast,
        suggestions=result.suggestions,
        largest_sum_error=0.0,
        skill=result.skill,
        minutes_per_district=120.0,
        limits=read_settings(tmp_path / "configs" / "tiny.toml").settings.gates,
    )
    verdict = {gate.name: gate.verdict for gate in gates}
    assert verdict["policy_admission"] is GateVerdict.FAIL


def test_every_door_refuses_a_comparison_only_config_before_it_reads_anything(compared_config: Path) -> None:
    config = read_settings(compared_config)
    (compared_config.parent.parent / "data" / "incidents.csv").unlink()
    told = "config tiny: got [policy] comparison_only = true; features of officer-initiated records are compared, never"
    for door in (run_once, run_night):
        with pytest.raises(GateRefusedError) as refused:
            door(config, now=NOW)
        assert str(refused.value).startswith(told)
        assert refused.value.exit_code == 20


def test_check_says_that_it_cannot_run(compared_config: Path) -> None:
    report = check_city(read_settings(compared_config), now=NOW)
    assert report.exit_code == 20
    assert report.lines()[0] == "tiny: a run cannot start"


def test_the_pipeline_itself_refuses_it_too(compared_config: Path) -> None:
    tables, _ = uniform_city(1, n_rings=3, days=60)
    with pytest.raises(GateRefusedError):
        run_pipeline(tables, read_settings(compared_config).settings, as_of=as_of(60))


def test_a_matrix_of_compared_columns_needs_them_declared(tmp_path: Path) -> None:
    admission = admit_for_comparison(Admission((), ()), PERMIT)
    matrix = AdmittedMatrix(np.zeros((2, 5), np.float32), admission.admitted, np.zeros(2), np.zeros(2))
    assert matrix.names[0] == "enforcement_28d"


def _computed(config: Path) -> tuple[RunResult, ...]:
    from patrolcast.io.machine import Stopwatch

    read = read_settings(config)
    return compute_run(read, identify(read), as_of=read.settings.as_of, now=NOW, progress=None, watch=Stopwatch())  # type: ignore[return-value]
