"""Records of a run: row accounts that add up, and gates that let a run be published or not."""

from __future__ import annotations

from itertools import product

import pytest

from patrolcast.domain.records import GateResult, GateVerdict, Progress, SourceAccount, publishable


def gate(verdict: GateVerdict, *, name: str = "a", stops: bool = True) -> GateResult:
    return GateResult(name, 1.0, "at most 2", verdict, "measured", stops=stops)


STOPPING = {"fail", "not measured"}


@pytest.mark.parametrize(("verdict", "stops"), list(product(GateVerdict, [True, False])))
def test_a_failed_or_unmeasured_gate_stops_publication_unless_it_is_declared_not_to(
    verdict: GateVerdict, stops: bool
) -> None:
    gates = (gate(GateVerdict.PASS, name="b"), gate(verdict, stops=stops))
    assert publishable(gates, required=frozenset({"a", "b"})) is not (stops and verdict.value in STOPPING)


def test_a_required_gate_that_is_missing_stops_publication() -> None:
    gates = (gate(GateVerdict.PASS),)
    assert publishable(gates, required=frozenset({"a"}))
    assert not publishable(gates, required=frozenset({"a", "b"}))
    assert not publishable((), required=frozenset({"a"}))


def account(kept: int) -> SourceAccount:
    return SourceAccount("f", "0", 1, 10, kept, {"duplicate": 2}, {"no time": 1, "no location": 3})


def test_a_row_account_adds_up_or_cannot_be_made() -> None:
    assert account(4).kept == 4
    for kept in (3, 5):
        with pytest.raises(AssertionError, match=rf"^f: 10 rows in, {kept + 6} accounted for$"):
            account(kept)


def test_a_stage_reports_its_start_and_its_end() -> None:
    steps: list[tuple[str, int, int]] = []
    progress = Progress(lambda name, done, total: steps.append((name, done, total)))
    with progress.stage("train"):
        assert steps == [("train", 0, 1)]
    assert steps == [("train", 0, 1), ("train", 1, 1)]
