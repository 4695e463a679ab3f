"""What a screen leaves: the measured associations, stored beside the configs as `<name>.screen.json`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.records import Progress
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.evidence import write_evidence
from patrolcast.runs.screen.screen import MeasuredScreen, measure_screen


def write_screen(config: ConfigFile, *, now: datetime, progress: Progress | None = None) -> tuple[MeasuredScreen, Path]:
    """Measures the screen of a config and stores it.

    Raises
    ------
    ConfigError
        the config uses the screen that another config stores: nothing is measured or written.
    """
    name, stored_for = config.settings.name, config.settings.screen.stored_for
    if stored_for not in {None, name}:
        rule = "a config writes its own screen only"
        cure = f"screen the config named {stored_for}, or set [screen] stored_for = {name!r} here"
        raise ConfigError("[screen] stored_for", got=repr(stored_for), rule=rule, cure=cure)
    measured = measure_screen(config, now=now, progress=progress)
    return measured, write_evidence(config, "screen", measured.document)
