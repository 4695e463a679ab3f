"""`evidence verify` on the sample as committed: asked by `make test`, measured again by `make check-long`.

`make test` measures the screen of a small city again (`test_screen`).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.acceptance.conftest import CONFIG, called, patrolcast

from patrolcast.domain.records import GateVerdict
from patrolcast.io import run_identity
from patrolcast.io.settings.settings_file import missing_files, read_settings
from patrolcast.io.store.evidence import evidence_path, stored_name
from patrolcast.runs.screen.evidence import enforce_screen
from patrolcast.runs.simulate.evidence import loop_gate

SHIPPED = sorted(path for path in (Path(__file__).parents[2] / "configs").glob("*.toml") if path.name != "data.toml")
RENEW = "`make evidence` renews what is stale"


def test_the_committed_evidence_is_of_this_code_these_inputs_and_this_city() -> None:
    done = patrolcast("evidence", "verify", CONFIG, "--quick")
    assert done.returncode == 0, f"{done.stdout}; {RENEW}"
    assert done.stdout.count("bound to this code, config and city, whole") == 3


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_committed_evidence_of_each_shipped_config_holds(path: Path) -> None:
    config = read_settings(path)
    if absent := missing_files(config):
        pytest.skip(
            f"{path.stem}: its files are not here, so its evidence can be neither checked nor renewed: {absent[0]}"
        )
    if not evidence_path(config, "loop").is_file():
        pytest.skip(f"{path.stem}: NO LOOP TEST IS STORED, so no run of it is published; `make evidence` makes one")
    gate = loop_gate(config)
    assert gate.verdict is GateVerdict.PASS, f"{gate.detail}; `make evidence` renews what is stale"
    assert stored_name(config, "screen") == config.settings.name, "`make evidence` screens each shipped config"
    screened = enforce_screen(config, run_identity.input_files(config), day=date(2026, 7, 1)).gate
    assert screened.verdict in {GateVerdict.PASS, GateVerdict.WARN}, f"{screened.detail}; `make evidence` renews it"


@pytest.mark.long
def test_all_committed_evidence_is_what_new_measurements_find() -> None:
    done = patrolcast("evidence", "verify", CONFIG, seconds=3600)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("measured again, the same") == 3


def test_a_config_that_is_none_ends_with_10_and_a_kind_that_is_none_with_2() -> None:
    assert called("evidence", "verify", "configs/nowhere.toml").returncode == 10
    assert called("evidence", "verify", CONFIG, "--kind", "moon").returncode == 2
