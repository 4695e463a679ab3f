"""A console on a tiny city: Django set up once a process, a city and a database of its own for each test."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.runs.reviewed_city import copy_of
from tests.web.keys import tab_to

from patrolcast.runs.console.city import open_city
from patrolcast.web.start import Console, set_up


@pytest.fixture(scope="session")
def console(published_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Console:
    """Set up as a demonstration is: the clock stands two hours into the first shift of the published run."""
    root = tmp_path_factory.mktemp("console")
    copy_of(published_city, root)
    made = set_up(root / "city" / "configs" / "tiny.toml", state=root / "state", demonstration=True)
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)
    return made


@pytest.fixture
def place(console: Console, published_city: Path, tmp_path: Path) -> Iterator[Path]:
    """The folder of a city of the test's own, and a database that forgets what the test did."""
    from django.conf import settings
    from django.core.cache import caches
    from django.db import transaction

    from patrolcast.web import city

    def forget() -> None:
        city.forget_checked_night()
        city.forget_review()
        for cache in caches.all(initialized_only=True):
            cache.clear()

    copy_of(published_city, tmp_path)
    former = dict(settings.PATROLCAST)
    settings.PATROLCAST["city"] = open_city(tmp_path / "city" / "configs" / "tiny.toml")
    with transaction.atomic():
        forget()
        yield tmp_path / "city"
        transaction.set_rollback(True)
    forget()
    settings.PATROLCAST.update(former)


@pytest.fixture
def signed_in(place: Path) -> Callable[..., object]:
    """AccountRole and district -> a client in which such an account has signed in."""
    from django.test import Client

    from patrolcast.web.accounts.models import Account
    from patrolcast.web.accounts.roles import AccountRole

    def client_of(role: str, district: str = "", *, name: str = "", trained: bool = True) -> object:
        known = Account.objects.filter(username=name or f"{role}-x").first()
        account = known or Account.objects.create_account(
            name or f"{role}-x", None, role=AccountRole(role), district=district
        )
        if trained and role == "supervisor":
            train(account)
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return client_of


def train(account: object, *, days: int = 300) -> None:
    """Gives an account a training record that ends in so many days of the console."""
    from datetime import timedelta

    from patrolcast.web.accounts.models import Training
    from patrolcast.web.city import today
    from patrolcast.web.pages.quiz import VERSION

    day = today()
    Training.objects.create(account=account, version=VERSION, taken_on=day, ends_on=day + timedelta(days=days))


@pytest.fixture(scope="module")
def served(console: Console, published_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A console that answers on a port of this machine, with a city of its own and the accounts of a demonstration."""
    from django.conf import settings
    from waitress.server import create_server

    from patrolcast.web import city
    from patrolcast.web.accounts.models import Account, Training
    from patrolcast.web.demonstration import make_accounts

    # Playwright keeps an event loop in this thread, beside which Django else refuses its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    root = tmp_path_factory.mktemp("served")
    copy_of(published_city, root)
    former = dict(settings.PATROLCAST)
    settings.PATROLCAST["city"] = open_city(root / "city" / "configs" / "tiny.toml")
    city.forget_checked_night()
    city.forget_review()
    words = {name: word for name, _, word in make_accounts()}
    server = create_server(console.application, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.effective_port}", root / "city", words)
    finally:
        server.close()
        Training.objects.all().delete()
        Account.objects.all().delete()
        city.forget_review()
        settings.PATROLCAST.update(former)
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass(frozen=True)
class Served:
    """Where it answers, the city's folder, and a password for each account of the demonstration."""

    address: str
    place: Path
    words: dict[str, str]

    def sign_in(self, page: Any, name: str) -> Any:
        """Signs an account in, by keys alone."""
        page.goto(f"{self.address}/account/login/")
        tab_to(page, "[name=login]")
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(self.words[name])
        with page.expect_navigation():
            page.keyboard.press("Enter")
        return page
