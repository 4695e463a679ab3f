"""The console's signals are joined once, however often Django starts them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.web.asked import entries


def test_one_sign_in_is_one_entry_though_the_signals_are_joined_again(place: Path, signed_in: Any) -> None:
    from django.apps import apps

    apps.get_app_config("accounts").ready()
    signed_in("chief")
    assert len(entries(place, "login")) == 1
