"""The start of the console: its folder, its database, its first administrator, its server."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import CannotWriteError, ConfigError, Terminated, UsageError
from patrolcast.runs.console.city import ConsoleCity, open_city
from patrolcast.web.state import Options, open_state, read_options, secret_key

HOST = "127.0.0.1"
THREADS = 8


@dataclass(frozen=True)
class Console:
    """A console that is set up.

    Attributes
    ----------
    accounts : those that this start made, with their passwords, to be shown once.
    """

    application: Callable[..., Iterable[bytes]]
    city: ConsoleCity
    options: Options
    accounts: tuple[tuple[str, str, str], ...] = ()


def set_up(
    config: Path, *, runs: Path | None = None, state: Path | None = None, create_admin: bool = False,
    demonstration: bool = False,
) -> Console:  # fmt: skip
    """Everything before the first request: folder, key, database, accounts. May be called once a process.

    Parameters
    ----------
    create_admin : makes the account "admin" with a new password.
    demonstration : one account a role, no second factor, and the clock in the first shift of the published run.

    Raises ConfigError, CannotWriteError, NotPermittedError; UsageError: there is an administrator already, or nobody.
    """
    city = open_city(config, runs=runs)
    folder = state or (city.state.with_name(f"{city.state.name}-demonstration") if demonstration else city.state)
    open_state(folder)
    options = read_options(folder)
    later = 0.0
    if demonstration:
        if options.address is not None:
            rule = "a demonstration is for the machine itself"
            raise ConfigError("console.toml address", got=options.address, rule=rule, cure="take it out")
        options, later = replace_options(options, second_factor=False), _outside_is_later(city)
    _configure(folder, options, city, later)
    accounts = _accounts(create_admin=create_admin, demonstration=demonstration)
    from django.core.wsgi import get_wsgi_application

    return Console(get_wsgi_application(), city, options, accounts)


def replace_options(options: Options, **changed: Any) -> Options:  # noqa: ANN401
    """The options with some of them changed, checked like those of the file."""
    return Options.model_validate({**options.model_dump(), **changed})


def _configure(folder: Path, options: Options, city: ConsoleCity, later: float) -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import DatabaseError

    from patrolcast.web.settings import django_settings

    key = secret_key(folder)
    settings.configure(**django_settings(folder, options, key=key, city=city, later_seconds=later))
    try:
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    except DatabaseError:
        rule = "must be there, and this account must be able to make tables in it"
        raise CannotWriteError("the console's database", rule=rule) from None
    for file in folder.glob("console.sqlite3*"):
        file.chmod(0o600)


def _accounts(*, create_admin: bool, demonstration: bool) -> tuple[tuple[str, str, str], ...]:
    from patrolcast.web.accounts.models import Account
    from patrolcast.web.accounts.new import new_account
    from patrolcast.web.accounts.roles import AccountRole
    from patrolcast.web.demonstration import make_accounts

    if demonstration:
        return make_accounts()
    administrators = Account.objects.filter(role=AccountRole.ADMINISTRATOR, is_active=True)
    if create_admin:
        if administrators.exists():
            rule, cure = "the first start makes one, who makes all others", "ask an administrator for an account"
            raise UsageError("--create-admin", got="an administrator is there", rule=rule, cure=cure)
        return (new_account("admin", AccountRole.ADMINISTRATOR),)
    if not administrators.exists():
        raise UsageError("serve", got="no administrator", rule="somebody must make accounts", cure="add --create-admin")
    return ()


def _outside_is_later(city: ConsoleCity) -> float:
    """Seconds between the clock and two hours into the first shift of the published run.

    Raises UsageError: nothing is published.
    """
    from patrolcast.runs.console.night import published_night

    night = published_night(city, now=datetime.now(UTC))
    if not night.shifts:
        raise UsageError(
            "serve --demonstration", got=night.fault or "no suggestions", rule="shows a published run",
            cure=f"patrolcast forecast {city.config}",
        )  # fmt: skip
    return (datetime.now(UTC) - night.shifts[0].start - timedelta(hours=2)).total_seconds()


def serve_until_stopped(console: Console, *, port: int, ready: Callable[[str], None]) -> None:
    """Answers requests on the loopback interface until the process is asked to end.

    Raises CannotWriteError: the port is taken, or not ours to take.
    """
    from waitress.server import create_server

    trusted = {"trusted_proxy": HOST, "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto x-forwarded-host"}
    try:
        server = create_server(
            console.application, host=HOST, port=port, threads=THREADS, ident=None,
            **(trusted if console.options.address else {}),
        )  # fmt: skip
    except OSError as error:
        cure = "name another with --port"
        raise CannotWriteError(f"port {port}", got=error.strerror, rule="must be free", cure=cure) from None
    former = signal.signal(signal.SIGTERM, _end)
    try:
        ready(f"http://{HOST}:{server.effective_port}/")
        server.run()
    except (Terminated, KeyboardInterrupt):
        pass
    finally:
        signal.signal(signal.SIGTERM, former)
        server.close()


def _end(*_: object) -> None:
    raise Terminated
