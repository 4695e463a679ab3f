"""Django's own checks for a public address, and what a browser may do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from patrolcast.domain.errors import ConfigError
from patrolcast.web.state import Options

KEY = "k" * 30 + "0123456789abcdefghijklmnopqrstuvwxyz"


def settings_of(place: Path, **options: Any) -> dict[str, Any]:
    from django.conf import settings

    from patrolcast.web.settings import django_settings

    return django_settings(place, Options(**options), key=KEY, city=settings.PATROLCAST["city"])


def found(place: Path, **options: Any) -> set[str]:
    """Ids of what `manage.py check --deploy` would say of a console with these options."""
    from django.core.checks import run_checks
    from django.test import override_settings

    told = settings_of(place, **options)
    with override_settings(**{name: told[name] for name in told if name not in ("DATABASES", "LOGGING")}):
        return {one.id or "" for one in run_checks(include_deployment_checks=True)}


def test_djangos_checks_of_a_deployment_find_nothing_on_a_public_address(place: Path) -> None:
    assert found(place, address="https://console.example") == set()


def test_the_same_checks_find_what_loopback_does_not_need(place: Path) -> None:
    """The twin: over http, on the machine itself, they say what is missing."""
    assert {"security.W004", "security.W008", "security.W012", "security.W016"} <= found(place)


def test_a_public_console_answers_to_its_name_alone_and_over_https(place: Path) -> None:
    told = settings_of(place, address="https://console.example")
    assert told["ALLOWED_HOSTS"] == ["console.example"]
    assert told["SESSION_COOKIE_SECURE"]
    assert told["CSRF_COOKIE_SECURE"]
    assert settings_of(place)["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert settings_of(place)["SECURE_PROXY_SSL_HEADER"] is None


def test_no_directive_lets_inline_code_or_another_host_in(place: Path) -> None:
    for name, sources in settings_of(place)["CONTENT_SECURITY_POLICY"]["DIRECTIVES"].items():
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & set(sources), name
        assert not any(source.startswith("http") for source in sources), name


def test_the_form_that_leads_to_the_directory_may_go_there_and_its_secret_must_be_there(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"name": "Police", "server": "https://id.example/realm", "client_id": "x", "client_secret_env": "X_SECRET"}
    with pytest.raises(ConfigError, match="got no X_SECRET in the environment"):
        settings_of(place, directory=given)
    monkeypatch.setenv("X_SECRET", "s")
    told = settings_of(place, directory=given)
    assert told["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"] == ["'self'", "https://id.example"]
