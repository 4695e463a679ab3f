"""`evidence verify` on the sample as committed: asked by `make test`, measured again by `make check-long`.

`make test` measures the screen of a small city again (`test_screen`).
"""

from __future__ import annotations

import pytest
from tests.acceptance.conftest import CONFIG, called, patrolcast

RENEW = "`make evidence` renews what is stale"


def test_the_committed_evidence_is_of_this_code_these_inputs_and_this_city() -> None:
    done = patrolcast("evidence", "verify", CONFIG, "--quick")
    assert done.returncode == 0, f"{done.stdout}; {RENEW}"
    assert done.stdout.count("bound to this code, config and city, whole") == 3


@pytest.mark.long
def test_all_committed_evidence_is_what_new_measurements_find() -> None:
    done = patrolcast("evidence", "verify", CONFIG, seconds=3600)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("measured again, the same") == 3


def test_a_config_that_is_none_ends_with_10_and_a_kind_that_is_none_with_2() -> None:
    assert called("evidence", "verify", "configs/nowhere.toml").returncode == 10
    assert called("evidence", "verify", CONFIG, "--kind", "moon").returncode == 2
