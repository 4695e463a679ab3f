"""What may be said of who reported: a column proves it, a silent column does not, none does not."""

from __future__ import annotations

import pytest

from patrolcast.domain.provenance import CallSource
from patrolcast.domain.records import LIMITS, stated_limits


def test_a_column_with_officers_among_its_values_is_proof_and_needs_no_sentence() -> None:
    source = CallSource("call_source")
    assert (source.known, source.statement) == (True, "")
    assert source.incidents("7 incidents") == "7 incidents that citizens reported"
    assert stated_limits(source) == LIMITS


@pytest.mark.parametrize("source", [CallSource(), CallSource(reason="none is kept"), CallSource("src", silent=True)])
def test_without_proof_nothing_is_called_a_citizens_report(source: CallSource) -> None:
    assert not source.known
    said = f"{source.statement} {source.incidents('7 incidents')} {source.counted} {stated_limits(source)[0]}"
    for claim in ("that citizens reported", "Citizen-reported", "citizen-reported", "Only incidents"):
        assert claim not in said
    assert stated_limits(source)[0].startswith(source.statement)
    assert stated_limits(source)[1:] == LIMITS[1:]


def test_a_reason_ends_with_one_stop() -> None:
    assert CallSource(reason="none is kept.").statement.endswith("Reason given: none is kept.")
