"""A drafted [portal] is read back as it was meant, whatever stands in it."""

from __future__ import annotations

import tomllib

from patrolcast.domain.settings.outside import Portal
from patrolcast.runs.fetch.draft import _section


def test_the_drafted_section_says_what_was_asked() -> None:
    portal = Portal(
        dataset="socrata:data.example.org/abcd-2345", where='date > "2020" \\ x', leave_out=["victim", 'na"me']
    )
    read = tomllib.loads("\n".join(_section(portal)))["portal"]
    assert Portal(**read) == portal
