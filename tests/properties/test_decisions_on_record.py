"""No path leads to an answer without a person and a reason, and every closed shift adds up: on a real trail."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.runs.reviewed_city import ANALYST, FIRST, JO, MARTA, OFFICER, entries, published_run, settings_in

from patrolcast.domain.errors import PatrolcastError, PausedError
from patrolcast.domain.trail import Actor
from patrolcast.io.trail.verify import verify_trail
from patrolcast.patrol.decisions import MAY_DECIDE, Change
from patrolcast.runs.pause.pausing import pause, resume
from patrolcast.runs.review import opened_review

NOBODY, CLOCK, GATE = Actor("", "supervisor", "none"), Actor("patrolcast", "clock", "none"), Actor("x", "gate", "none")
ACTORS = st.sampled_from([MARTA, JO, MARTA, OFFICER, ANALYST, NOBODY, CLOCK, GATE])
REASONS = {"accepted": "known_concern", "amended": "fewer_minutes", "declined": "nobody_free"}
ANSWERS = st.sampled_from(["accepted", "amended", "declined", "accepted", "amended", "not_actioned", "delivered"])
WRONG = st.sampled_from([None, None, None, "", "other", "because"])
CHANGES = st.builds(Change, minutes=st.sampled_from([10.0, 10.0, 45.0, 60.0, 500.0]))


def machine(published: Path, reached: Counter[str]) -> type[RuleBasedStateMachine]:
    """The machine over copies of one published city."""

    class Days(RuleBasedStateMachine):
        @initialize()
        def copied(self) -> None:
            self.folder = Path(tempfile.mkdtemp())
            shutil.copytree(published, self.folder / "city", symlinks=True)
            self.settings = settings_in(self.folder / "city")
            self.run, self.now = published_run(self.settings), FIRST
            with opened_review(self.settings) as review:
                self.names = list(review.open_suggestions(now=FIRST)["suggestion_id"])
                review.decide(
                    self.run, self.names[0], answer="accepted", reason_code="known_concern", actor=MARTA, now=FIRST
                )

        @rule(n=st.integers(0, 7), answer=ANSWERS, wrong=WRONG, actor=ACTORS, change=CHANGES)
        def decide(self, n: int, answer: str, wrong: str | None, actor: Actor, change: Change) -> None:
            reason = REASONS.get(answer, "known_concern") if wrong is None else wrong
            with opened_review(self.settings) as review, suppress(PatrolcastError):
                review.decide(
                    self.run, self.names[n], answer=answer, reason_code=reason, actor=actor, now=self.now,
                    change=change if answer == "amended" else None,
                )  # fmt: skip

        @rule(n=st.integers(0, 7), answer=st.sampled_from([*REASONS]), actor=st.sampled_from([MARTA, JO]))
        def decide_well(self, n: int, answer: str, actor: Actor) -> None:
            self.decide(n, answer=answer, wrong=None, actor=actor, change=Change(minutes=10.0))

        @rule(visits=st.sampled_from([1, 2, 0]), actor=ACTORS)
        def deliver(self, visits: int, actor: Actor) -> None:
            visit = {"visits": visits, "minutes": 10.0, "activity": "advice", "actor": actor, "now": self.now}
            with opened_review(self.settings) as review:
                for name in self.names[:8]:
                    with suppress(PatrolcastError):
                        review.deliver(self.run, name, **visit)

        @rule(hours=st.sampled_from([0.5, 2.0, 7.5]))
        def time_passes(self, hours: float) -> None:
            self.now += timedelta(hours=hours)

        @rule(n=st.integers(0, 7), actor=st.sampled_from([MARTA, JO]))
        def stop_and_go_on(self, n: int, actor: Actor) -> None:
            pause(self.settings, reason="the feed is wrong", actor=actor, now=self.now)
            assert resume(self.settings, actor=actor, now=self.now) is not None
            before = len(entries(self.settings, "review.decision"))
            with suppress(PausedError), opened_review(self.settings) as review:
                review.decide(
                    self.run, self.names[n], answer="declined", reason_code="nobody_free", actor=actor, now=self.now
                )
            assert len(entries(self.settings, "review.decision")) == before
            assert resume(self.settings, actor=JO if actor == MARTA else MARTA, now=self.now) is None

        @rule()
        def look(self) -> None:
            with opened_review(self.settings) as review:
                review.close_shifts(now=self.now)

        @invariant()
        def answers_have_a_person_and_a_reason(self) -> None:
            decided = entries(self.settings, "review.decision")
            for entry in decided:
                assert entry["actor"]["id"].strip()
                assert entry["actor"]["role"] in MAY_DECIDE
                assert entry["body"]["reason"].strip()
                assert entry["body"]["decision"] in {"accepted", "amended", "declined"}
            final = Counter(
                e["subject"]["suggestion"] for e in [*decided, *entries(self.settings, "review.not_actioned")]
            )
            assert set(final.values()) <= {1}

        @invariant()
        def closed_shifts_add_up_and_budgets_hold(self) -> None:
            for entry in entries(self.settings, "shift.closed"):
                body = entry["body"]
                assert body["suggestions"] == sum(
                    body[name] for name in ("accepted", "amended", "declined", "not_actioned")
                )
                assert datetime.fromisoformat(body["shift_end"]) <= self.now
            with opened_review(self.settings) as review:
                offers = review.offered(self.run).offers.values()
                spent = Counter[tuple[str, datetime]]()
                for offer in offers:
                    answer = review.state.answer(self.run, offer.suggestion)
                    spent[offer.district, offer.shift_start] += answer.get("minutes", 0.0)  # type: ignore[assignment]
                assert all(minutes <= 120.0 for minutes in spent.values())

        def reached(self) -> list[str]:
            return [f"{one['event']} {one['body'].get('decision', '')}".strip() for one in entries(self.settings)]

        def teardown(self) -> None:
            if hasattr(self, "folder"):
                reached.update(self.reached())
                assert verify_trail(self.settings.city_runs() / "trail").exit_code == 0
                shutil.rmtree(self.folder)

    return Days


def test_no_path_leads_to_an_answer_without_a_person_and_a_reason(published_city: Path) -> None:
    reached = Counter[str]()
    few = hypothesis_settings(max_examples=8, stateful_step_count=20)
    run_state_machine_as_test(machine(published_city, reached), settings=few)
    decided = {f"review.decision {answer}" for answer in REASONS}
    others = {"review.refused", "review.not_actioned", "dosage.recorded", "shift.closed", "pause.begun", "pause.ended"}
    assert {*decided, *others} <= {*reached}


def test_a_machine_whose_check_of_persons_is_broken_is_caught(
    published_city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patrolcast.patrol.decisions.require_person", lambda *given, **more: None)
    broken = hypothesis_settings(max_examples=30, stateful_step_count=15, phases=[Phase.generate])
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine(published_city, Counter()), settings=broken)
