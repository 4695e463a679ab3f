"""Layers that are refused with exit 14: the one line, the same from a run and from `check`."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runs.tiny_city import NOW

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.check.check import check_city
from patrolcast.runs.load.layers import load_layers


def prohibited(config: Path) -> str:
    """The one line with which the layers of a config are refused; `check` says the same and exits 14."""
    read = read_settings(config)
    with pytest.raises(ProhibitedDataError) as error:
        load_layers(read.settings)
    report = check_city(read, now=NOW)
    assert (report.problems, report.exit_code) == ((str(error.value),), 14)
    assert "\n" not in str(error.value)
    return str(error.value)
