"""A column without an admission cannot enter the matrix: mypy says so, and so does every door at run time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.report.city import spec

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.domain.matrix import AdmittedFeature, AdmittedMatrix
from patrolcast.domain.provenance import NEVER_IN_MODEL, Provenance
from patrolcast.forecast import explain, gbm

ROOT = Path(__file__).parents[2]
HERE, THERE = (AdmittedFeature(spec(name), "screened") for name in ("reports_7d", "reports_28d"))


def matrix(*columns: AdmittedFeature, n: int = 40) -> AdmittedMatrix:
    rng = np.random.default_rng(1)
    return AdmittedMatrix(rng.random((n, len(columns)), dtype=np.float32), columns, np.zeros(n), np.zeros(n))


def target(n: int = 40) -> gbm.Target:
    return gbm.Target(np.ones(n, dtype=np.float32), np.ones(n, dtype=np.float32))


OPTIONS = {"rounds": 10, "learning_rate": 0.1, "leaves": 4, "seed": 7, "threads": 1}


@pytest.mark.parametrize("provenance", sorted(NEVER_IN_MODEL))
def test_what_no_policy_may_admit_cannot_even_be_named_admitted(provenance: Provenance) -> None:
    with pytest.raises(ProhibitedDataError) as told:
        AdmittedFeature(spec("stops_28d", provenance), "a policy that tried")
    assert str(told.value).startswith(f"feature stops_28d: got provenance {provenance}; officer-initiated, census and")
    assert told.value.exit_code == 14


def test_a_matrix_with_a_column_too_many_or_too_few_is_refused() -> None:
    values, offset = np.zeros((3, 2), dtype=np.float32), np.zeros(3)
    for columns in ((HERE,), (HERE, THERE, HERE)):
        with pytest.raises(ProhibitedDataError, match="a column without admission cannot enter the matrix"):
            AdmittedMatrix(values, columns, offset, offset)


@pytest.mark.parametrize("column", ["reports_28d", spec("reports_28d"), None])
def test_a_name_or_a_declaration_is_no_admission(column: object) -> None:
    with pytest.raises(ProhibitedDataError):
        AdmittedMatrix(np.zeros((3, 2), dtype=np.float32), (HERE, column), np.zeros(3), np.zeros(3))  # type: ignore[arg-type]


def test_a_matrix_without_its_starting_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="need one value per row"):
        AdmittedMatrix(np.zeros((3, 1), dtype=np.float32), (HERE,), np.zeros(2), np.zeros(2))


def test_training_takes_no_bare_array() -> None:
    bare = np.zeros((40, 1), dtype=np.float32)
    with pytest.raises(ProhibitedDataError) as told:
        gbm.fit(bare, target(), matrix(HERE), target(), **OPTIONS)  # type: ignore[arg-type]
    assert str(told.value) == "training: got a bare array; only admitted features are trained on"
    with pytest.raises(ProhibitedDataError):
        gbm.fit(matrix(HERE), target(), bare, target(), **OPTIONS)  # type: ignore[arg-type]


@pytest.mark.parametrize("columns", [(THERE, HERE), (HERE,), (HERE, HERE)])
def test_a_model_takes_its_own_columns_in_their_order_and_no_others(columns: tuple[AdmittedFeature, ...]) -> None:
    """LightGBM itself checks only how many there are."""
    model = gbm.fit(matrix(HERE, THERE), target(), matrix(HERE, THERE), target(), **OPTIONS)
    assert gbm.predict(model, matrix(HERE, THERE), threads=1).shape == (40,)
    for use in (gbm.raw_score, explain.contributions):
        with pytest.raises(ProhibitedDataError, match="same names, same order"):
            use(model, matrix(*columns), threads=1)


SNIPPET = """
import numpy as np
from patrolcast.domain.matrix import AdmittedFeature, AdmittedMatrix, FeatureSpec
from patrolcast.domain.tables import CitizenIncidents, SetAsideRecords
from patrolcast.forecast import gbm
from patrolcast.grid.panel import build_panel


def good(feature: AdmittedFeature, model: gbm.FittedModel) -> None:
    matrix = AdmittedMatrix(np.zeros((1, 1), dtype=np.float32), (feature,), np.zeros(1), np.zeros(1))
    gbm.predict(model, matrix, threads=1)


def declared_only(spec: FeatureSpec) -> AdmittedMatrix:
    return AdmittedMatrix(np.zeros((1, 1), dtype=np.float32), (spec,), np.zeros(1), np.zeros(1))


def bare(model: gbm.FittedModel) -> None:
    gbm.predict(model, np.zeros((1, 1), dtype=np.float32), threads=1)


def officers(records: SetAsideRecords) -> CitizenIncidents:
    return records
"""


def test_mypy_refuses_what_the_types_forbid_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "snippet.py"
    file.write_text(SNIPPET)
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "--no-error-summary",
               "--cache-dir", str(ROOT / ".mypy_cache"), str(file)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=300)
    lines = [line for line in done.stdout.splitlines() if "snippet.py" in line and " error: " in line]
    at = {
        name: SNIPPET[: SNIPPET.index(f"def {name}")].count("\n") + 2 for name in ("declared_only", "bare", "officers")
    }
    found = {int(line.split("snippet.py:")[1].split(":")[0]) for line in lines}
    assert found == set(at.values()), done.stdout + done.stderr
