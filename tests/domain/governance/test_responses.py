"""Findings of outsiders and the answers to them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from patrolcast.domain.governance.responses import Responses

OPEN = {
    "id": "2026-harbor-1",
    "by": "Harbor Street Coalition",
    "day": "2026-05-04",
    "finding": "Two streets are suggested on every night of a month.",
    "answer": "open",
}
ANSWERED = {**OPEN, "answer": "adopted", "response": "A cap on nights in a row is set.", "answered": "2026-06-01"}


def test_an_open_finding_and_an_answered_one_are_read() -> None:
    both = Responses.model_validate({"findings": [OPEN, {**ANSWERED, "id": "2026-harbor-2"}]})
    assert [one.answer for one in both.findings] == ["open", "adopted"]


@pytest.mark.parametrize(
    ("finding", "rule"),
    [
        ({**OPEN, "response": ANSWERED["response"]}, "an open finding has no response"),
        ({**ANSWERED, "response": None}, "any other has both"),
        ({**ANSWERED, "answered": None}, "any other has both"),
        ({**ANSWERED, "answered": "2026-05-01"}, "lies before the day 2026-05-04"),
        ({**OPEN, "finding": "To be decided."}, "placeholder"),
        ({**OPEN, "id": "Über"}, "match pattern"),
    ],
)
def test_a_finding_that_says_half_is_refused(finding: dict[str, object], rule: str) -> None:
    with pytest.raises(ValidationError, match=rule):
        Responses.model_validate({"findings": [finding]})


def test_two_findings_never_share_an_address() -> None:
    with pytest.raises(ValidationError, match="two findings have the id 2026-harbor-1"):
        Responses.model_validate({"findings": [OPEN, ANSWERED]})
