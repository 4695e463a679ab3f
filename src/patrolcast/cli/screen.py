"""What `screen` calls: measure, store beside the configs, tell."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from patrolcast.cli.tell import progress_bars, say, say_json, shown_path
from patrolcast.domain.errors import ConfigError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store.evidence import write_evidence
from patrolcast.runs.screen.screen import measure_screen

REFUSED = 20


def do_screen(config: Path, *, quiet: bool, as_json: bool) -> int:
    """The measured screen, stored; 20 when what is left still gives a group away."""
    read = read_settings(config)
    name, speaks_for = read.settings.name, read.settings.screen.stored_for
    if speaks_for not in {None, name}:
        rule = "a config writes its own screen only"
        cure = f"screen the config named {speaks_for}, or set [screen] stored_for = {name!r} here"
        raise ConfigError("[screen] stored_for", got=repr(speaks_for), rule=rule, cure=cure)
    with progress_bars(quiet=quiet or as_json) as progress:
        measured = measure_screen(read, now=datetime.now(UTC), progress=progress)
    path = write_evidence(read, "screen", measured.document)
    if as_json:
        say_json(measured.document)
    else:
        say([*measured.lines(), f"wrote {shown_path(path)}"], quiet=quiet)
    return REFUSED if measured.failed else 0
