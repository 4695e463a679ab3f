"""Each role begins on its own first page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("role", "first"),
    [
        ("supervisor", "/tonight/"), ("officer", "/visits/"), ("analyst", "/runs/"), ("auditor", "/trail/"),
        ("chief", "/published/"), ("administrator", "/accounts/"),
    ],
)  # fmt: skip
def test_a_role_begins_on_its_first_page(role: str, first: str, place: Path, signed_in: Any) -> None:
    assert signed_in(role).get("/")["Location"] == first


def test_the_console_says_that_it_is_alive_and_nothing_else(place: Path) -> None:
    from django.test import Client

    assert Client().get("/alive").content == b"ok\n"
