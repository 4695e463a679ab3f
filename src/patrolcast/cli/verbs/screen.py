"""``patrolcast screen``."""

from datetime import UTC, datetime

from patrolcast.cli.console import progress_bars, say, say_json, shown_path
from patrolcast.cli.options import Config, Json, Quiet
from patrolcast.domain.errors import GateRefusedError
from patrolcast.domain.residents import GroupNames


def screen(config: Config, quiet: Quiet = False, json: Json = False) -> int:
    """Measures which features stand in for a group of residents.

    Alone and together, against the groups' shares; `forecast` enforces what is stored. Writes
    configs/evidence/NAME.screen.json, to be committed with the config. Exit 20 when features that are left still give a
    group away together.

    Example: patrolcast screen configs/sample.toml
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.screen.screen import write_screen

    with progress_bars(quiet=quiet or json) as progress:
        read = read_settings(config)
        measured, path = write_screen(read, now=datetime.now(UTC), progress=progress)
    if json:
        say_json(measured.document)
    else:
        called = GroupNames.of(read.settings.residents)
        say([*map(called.within, measured.lines()), f"wrote {shown_path(path)}"], quiet=quiet)
    return GateRefusedError.exit_code if measured.failed else 0
