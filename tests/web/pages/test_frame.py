"""Around every page: the role's own menu, what everybody must know first, and no name of a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def test_every_page_of_a_menu_is_open_to_its_role(place: Path, signed_in: Any) -> None:
    from django.urls import reverse

    from patrolcast.web.pages.frame import PAGES

    for role, pages in PAGES.items():
        client = signed_in(str(role))
        for name, _ in pages:
            assert client.get(reverse(name)).status_code == 200, (role, name)


def test_a_demonstration_says_so_on_every_page_and_a_real_console_does_not(
    place: Path, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    client = signed_in("chief")
    assert b"Demonstration." in client.get("/published/").content
    monkeypatch.setitem(settings.PATROLCAST, "later_seconds", 0.0)
    assert b"Demonstration." not in client.get("/published/").content


def test_the_directory_is_named_where_there_is_one(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings
    from django.test import Client

    from patrolcast.web.pages.frame import city_directory, paused_words
    from patrolcast.web.start import replace_options

    assert (city_directory(), paused_words()) == ("", "")
    directory = {"name": "Police", "server": "https://id.example", "client_id": "x", "client_secret_env": "X"}
    options = replace_options(settings.PATROLCAST["options"], directory=directory)
    monkeypatch.setitem(settings.PATROLCAST, "options", options)
    assert city_directory() == "Police"
    assert Client().get("/account/login/").status_code == 200
