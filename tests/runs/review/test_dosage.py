"""The dosage log of a city's own runs and decisions, as `monitor` reads it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
from tests.runs.reviewed_city import FIRST, MARTA, OFFICER, copy_of, published_run

from patrolcast.patrol.decisions import Change
from patrolcast.runs.load.operations import read_dosage_log
from patrolcast.runs.review import opened_review
from patrolcast.runs.review.dosage import dosage_log, log_bytes


def test_suggested_decided_and_delivered_stand_in_one_table_that_monitor_reads(
    published_city: Path, tmp_path: Path
) -> None:
    city = copy_of(published_city, tmp_path)
    run = published_run(city)
    with opened_review(city) as review:
        one, two, three = review.open_suggestions(now=FIRST)["suggestion_id"][:3]
        asked = {"reason_code": "known_concern", "actor": MARTA, "now": FIRST}
        review.decide(run, one, answer="accepted", **asked)
        review.decide(run, two, answer="declined", **{**asked, "reason_code": "nobody_free"})
        for minutes in (12.0, 11.0):
            review.deliver(run, one, visits=1, minutes=minutes, activity="advice", actor=OFFICER, now=FIRST)
        review.close_shifts(now=FIRST + timedelta(hours=9))
        log = dosage_log(review)
    path = tmp_path / "log.csv"
    path.write_bytes(log_bytes(log))
    table = read_dosage_log(path).table.set_index("suggestion_id")
    assert list(table.loc[[one, two, three], "decision"]) == ["accepted", "declined", "not_actioned"]
    assert list(table.loc[[one, two, three], "reason"]) == ["known_concern", "nobody_free", ""]
    assert table.loc[one, ["delivered_visits", "delivered_minutes", "source"]].tolist() == [2.0, 23.0, "command"]
    assert np.isnan(table.loc[two, "delivered_visits"])
    counts = table["decision"].value_counts().to_dict()
    assert counts == {"accepted": 1, "declined": 1, "not_actioned": 6, "unanswered": len(table) - 8}


def test_visits_to_the_cell_that_an_amendment_names_are_none_to_the_one_that_was_suggested(
    published_city: Path, tmp_path: Path
) -> None:
    city = copy_of(published_city, tmp_path)
    run = published_run(city)
    with opened_review(city) as review:
        offered = review.offered(run)
        one, cell = next(
            (name, cell) for name, offer in offered.offers.items() for cell in sorted(offered.cells_beside(offer))
        )
        asked = {"reason_code": "better_place_nearby", "actor": MARTA, "now": FIRST, "change": Change(cell=cell)}
        review.decide(run, one, answer="amended", **asked)  # type: ignore[arg-type]
        before = dosage_log(review).table.set_index("suggestion_id")
        review.deliver(
            run, one, visits=2, minutes=25.0, activity="advice", actor=OFFICER, now=offered.offer(one).shift_start
        )
        after = dosage_log(review).table.set_index("suggestion_id")
    assert np.isnan(before.loc[one, "delivered_visits"])
    assert after.loc[one, ["decision", "delivered_visits", "delivered_minutes"]].tolist() == ["amended", 0.0, 0.0]
