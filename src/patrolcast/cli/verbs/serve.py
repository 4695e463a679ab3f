"""``patrolcast serve``."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from patrolcast.cli.console import say
from patrolcast.cli.options import Config, Runs


def serve(
    config: Config,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="port on this machine; 0: any that is free")
    ] = 8400,
    create_admin: Annotated[
        bool, typer.Option("--create-admin", help="make the first administrator and print the password, once")
    ] = False,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="one account a role, the clock in the published run's first shift")
    ] = False,
    runs: Runs = None,
    state: Annotated[
        Path | None, typer.Option("--state", metavar="DIR", help="where accounts are kept; default: console/CITY")
    ] = None,
) -> None:
    """Serves the review console on this machine.

    It listens on the loopback interface alone; docs/console.md shows how others reach it, over https. Needs the extra
    `console`. Ends with Ctrl-C.

    Example: patrolcast serve configs/sample.toml --create-admin
    """
    from patrolcast.domain.errors import UsageError

    missing = [name for name in ("django", "allauth", "csp", "waitress", "whitenoise") if find_spec(name) is None]
    if missing:
        rule, cure = "needs the extra `console`", 'pip install "patrolcast[console]", or `make console` in this folder'
        raise UsageError("serve", got=f"no {missing[0]}", rule=rule, cure=cure)
    from patrolcast.web.start import serve_until_stopped, set_up

    console = set_up(config, runs=runs, state=state, create_admin=create_admin, demonstration=demonstration)
    if console.accounts:
        lines = [f"  {name:<10} {role:<14} {word}" for name, role, word in console.accounts]
        say(["Passwords, shown this once:", *lines])

    def ready(address: str) -> None:
        say(
            [
                f"The console of {console.city.settings.title} is at {console.options.address or address}",
                "Ctrl-C ends it.",
            ]
        )

    serve_until_stopped(console, port=port, ready=ready)
