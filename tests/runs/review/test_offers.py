"""What a run offers is what was published, and where a suggestion may move."""

from __future__ import annotations

import h3
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
from patrolcast.io.store.stored_run import read_forecast
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


def test_no_suggestion_moves_into_another_district(city: Settings) -> None:
    with opened_review(city) as review:
        offered = review.offered(published_run(city))
        table = read_forecast(offered.folder, offered.manifest)
        district = dict(zip(table["cell"].astype(str), table["district"].astype(str), strict=True))
        across = 0
        for offer in offered.offers.values():
            assert {district[cell] for cell in offered.cells_beside(offer)} <= {offer.district}
            of_shift = {one.cell for one in offered.offers.values() if one.shift_start == offer.shift_start}
            near = {*h3.grid_disk(offer.cell, 1)} - of_shift
            across += sum(district.get(cell, offer.district) != offer.district for cell in near)
    assert across, "no suggestion lies at a border, so this shows nothing"


def test_a_run_that_somebody_changed_is_answered_by_nobody(city: Settings) -> None:
    run, suggestion = published_run(city), first_of(city)
    path = city.city_runs() / run / "suggestions.geojson"
    path.write_bytes(path.read_bytes().replace(b"30.0", b"90.0"))
    assert b"90.0" in path.read_bytes()
    with pytest.raises(PatrolcastError, match="a run is never changed"):
        decide(city, run, suggestion, answer="accepted", reason_code="known_concern", actor=MARTA, now=FIRST)
    assert entries(city, "review.decision") == []
