"""What a run offers is what was published, and where a suggestion may move."""

from __future__ import annotations

import pytest
from tests.runs.reviewed_city import (
    FIRST,
    MARTA,
    accept,
    entries,
    first_of,
    published_run,
    state_of,
)

from patrolcast.domain.errors import ConflictError, PatrolcastError
from patrolcast.domain.settings import Settings
from patrolcast.patrol.decisions import Change
from patrolcast.runs.review import decide, opened_review


def test_a_suggestion_moves_to_a_free_cell_of_its_area_and_only_once(city: Settings) -> None:
    suggestion, run = first_of(city), published_run(city)
    with opened_review(city) as review:
        offered = review.offered(run)
        beside = sorted(offered.cells_beside(offered.offer(suggestion)))
        named = {
            *map(str, offered.table.loc[offered.table["shift_start"] == offered.offer(suggestion).shift_start, "cell"])
        }
    assert beside
    assert not named & {*beside}
    move = {"answer": "amended", "reason_code": "better_place_nearby"}
    with pytest.raises(ConflictError, match="may move to a cell in or beside area"):
        accept(city, suggestion, **move, change=Change(cell=str(state_of(city, first_of(city, 1))["cell"])))
    accept(city, suggestion, **move, change=Change(cell=beside[0]))
    with pytest.raises(ConflictError) as error:
        accept(city, first_of(city, 1), **move, change=Change(cell=beside[0]))
    assert error.value.why == "place"


def test_a_run_that_somebody_changed_is_answered_by_nobody(city: Settings) -> None:
    run, suggestion = published_run(city), first_of(city)
    path = city.city_runs() / run / "suggestions.geojson"
    path.write_bytes(path.read_bytes().replace(b"30.0", b"90.0"))
    assert b"90.0" in path.read_bytes()
    with pytest.raises(PatrolcastError, match="a run is never changed"):
        decide(city, run, suggestion, answer="accepted", reason_code="known_concern", actor=MARTA, now=FIRST)
    assert entries(city, "review.decision") == []
