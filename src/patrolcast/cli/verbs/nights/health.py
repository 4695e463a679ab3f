"""``patrolcast health``."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from patrolcast.cli.console import say, say_json
from patrolcast.cli.options import Config, Json, Quiet, Runs

_SECONDS = {"m": 60, "h": 3600, "d": 86_400}
_MOST_DAYS = 31


def _age(text: str) -> str:
    """The text of ``--max-age``, checked before anything is read.

    Raises UsageError: it is no such span.
    """
    from patrolcast.domain.errors import UsageError, shown

    match = re.fullmatch(r"(\d{1,6})([mhd])", text, re.ASCII)
    seconds = 0 if match is None else int(match[1]) * _SECONDS[match[2]]
    if not 0 < seconds <= _MOST_DAYS * _SECONDS["d"]:
        rule = f"must be minutes, hours or days, at most {_MOST_DAYS} days"
        raise UsageError("--max-age", got=shown(text), rule=rule, cure="e.g. 26h")
    return text


MaxAge = Annotated[
    str,
    typer.Option("--max-age", metavar="SPAN", callback=_age, help="of what the run knows, and of the last start: 26h"),
]


def health(
    config: Config,
    max_age: MaxAge = "26h",
    runs: Runs = None,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Is tonight's run there and good? Exit 0 for yes, 1 for no.

    For monitors. Yes only to what is proven: a published run that is whole, on record and not expired, no older than
    --max-age, and a last start that ended well. No, in one line, to everything else and to all that cannot be read.
    Writes nothing and takes no lock.

    Example: patrolcast health configs/sample.toml --max-age 26h
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.nightly.health import health_of

    span = timedelta(seconds=int(max_age[:-1]) * _SECONDS[max_age[-1]])
    condition = health_of(lambda: read_settings(config), runs=runs, now=datetime.now(UTC), max_age=span)
    if json:
        say_json(condition.as_dict())
    else:
        say([condition.line], quiet=quiet)
    return 0 if condition.healthy else 1
