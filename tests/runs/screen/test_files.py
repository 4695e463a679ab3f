"""What `screen` writes, and whose screen it never overwrites."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runs.peopled_city import write_peopled_city
from tests.runs.tiny_city import NOW

from patrolcast.domain.errors import ConfigError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store.evidence import evidence_path
from patrolcast.runs.screen.files import write_screen


def test_a_variant_never_overwrites_the_screen_of_another(tmp_path: Path) -> None:
    config = write_peopled_city(tmp_path)
    config.write_text(config.read_text() + '[screen]\nstored_for = "another"\n')
    read = read_settings(config)
    with pytest.raises(ConfigError) as error:
        write_screen(read, now=NOW)
    assert str(error.value) == (
        "[screen] stored_for: got 'another'; a config writes its own screen only; "
        "screen the config named another, or set [screen] stored_for = 'tiny' here"
    )
    assert not evidence_path(read, "screen").exists()
