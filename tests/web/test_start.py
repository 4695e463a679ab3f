"""The start: the first administrator once, a demonstration on a published run alone, a port that is taken."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from tests.web.asked import entries

from patrolcast.domain.errors import CannotWriteError, ConfigError, UsageError
from patrolcast.web import start
from patrolcast.web.start import Console


def test_the_first_start_makes_the_administrator_and_no_later_one_does(place: Path) -> None:
    from patrolcast.web.accounts.models import Account

    Account.objects.all().delete()
    with pytest.raises(UsageError, match="add --create-admin"):
        start._accounts(create_admin=False, demonstration=False)
    ((name, role, password),) = start._accounts(create_admin=True, demonstration=False)
    assert (name, role) == ("admin", "administrator")
    assert Account.objects.get(username="admin").check_password(password)
    assert entries(place, "role.change")[-1]["actor"]["id"] == "serve"
    with pytest.raises(UsageError, match="an administrator is there"):
        start._accounts(create_admin=True, demonstration=False)
    assert start._accounts(create_admin=False, demonstration=False) == ()


def test_a_demonstration_needs_a_published_run_and_says_how_to_make_one(place: Path) -> None:
    from patrolcast.web.city import the_city

    assert start._outside_is_later(the_city()) > 0
    (the_city().runs / "current").unlink()
    with pytest.raises(UsageError, match="patrolcast forecast"):
        start._outside_is_later(the_city())


def test_a_demonstration_is_never_public(console: Console, place: Path, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "console.toml").write_text('address = "https://console.example"\n')
    with pytest.raises(ConfigError, match="for the machine itself"):
        start.set_up(console.city.config, state=tmp_path / "state", demonstration=True)


def test_options_are_checked_when_they_are_changed(console: Console) -> None:
    assert start.replace_options(console.options, idle_minutes=5).idle_minutes == 5
    with pytest.raises(ValueError, match="idle_minutes"):
        start.replace_options(console.options, idle_minutes=-1)


def test_a_port_that_is_taken_is_one_line(console: Console) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotWriteError, match=f"port {port}: got .*; must be free; name another with --port"):
            start.serve_until_stopped(console, port=port, ready=lambda _: None)


def test_it_listens_on_this_machine_alone_and_ends_when_it_is_asked_to(console: Console) -> None:
    said = list[str]()

    def ready(address: str) -> None:
        said.append(address)
        raise KeyboardInterrupt

    start.serve_until_stopped(replace(console), port=0, ready=ready)
    assert said[0].startswith("http://127.0.0.1:")
