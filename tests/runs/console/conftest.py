"""A tiny published city for what the console reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runs.reviewed_city import copy_of

from patrolcast.runs.console.city import ConsoleCity, open_city


@pytest.fixture
def city(published_city: Path, tmp_path: Path) -> ConsoleCity:
    copy_of(published_city, tmp_path)
    return open_city(tmp_path / "city" / "configs" / "tiny.toml")
