"""The finding for each verdict, and the one of a test in the agency's own city."""

from __future__ import annotations

import pytest

from patrolcast.audit.feedback.loop_verdict import LoopVerdict
from patrolcast.report.feedback.words import FINDINGS, NEXT, OPEN_IN_THE_CITY, loop_finding


def test_every_verdict_has_its_finding_and_next_steps() -> None:
    verdicts = {str(one) for one in LoopVerdict}
    assert verdicts == set(FINDINGS) == set(NEXT)


@pytest.mark.parametrize(
    ("verdict", "said"), [("open", OPEN_IN_THE_CITY), ("harness broken", FINDINGS["harness broken"])]
)
def test_only_an_open_loop_in_the_own_city_has_words_of_its_own(verdict: str, said: tuple[str, str]) -> None:
    assert loop_finding(verdict, in_the_city=True) == said
    assert loop_finding(verdict, in_the_city=False) == FINDINGS[verdict]
