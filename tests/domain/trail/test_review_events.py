"""Whether a pause withdrew a run, and which manifest counts, is read off the entries about it in one place."""

from __future__ import annotations

import pytest

from patrolcast.domain.trail.events import Published
from patrolcast.domain.trail.review_events import Decided, Paused, Resumed, stated_manifest, withdrawing_pause

P, B, E, D = Published.name, Paused.name, Resumed.name, Decided.name


@pytest.mark.parametrize(
    ("events", "at"),
    [
        ([], None),
        ([P], None),
        ([P, B], 1),
        ([P, D, B, D], 2),
        ([P, B, E], None),
        ([P, B, P], None),
        ([P, B, E, D, B], 4),
        ([B, B], 1),
    ],
)
def test_the_latest_pause_withdraws_a_run_until_it_is_shown_as_published_again(
    events: list[str], at: int | None
) -> None:
    assert withdrawing_pause(events) == at


@pytest.mark.parametrize(
    ("stated", "found"), [([], None), ([None, None], None), (["ab", None], "ab"), (["ab", "cd", None], "cd")]
)
def test_the_manifest_is_that_of_the_last_entry_that_states_one(stated: list[str | None], found: str | None) -> None:
    bodies = [{"seq": n} | ({} if one is None else {"manifest_sha256": one}) for n, one in enumerate(stated)]
    assert stated_manifest(bodies) == found
    assert stated_manifest([{"manifest_sha256": one} for one in stated]) == found
