"""The published city that tests of decisions write on."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runs.reviewed_city import copy_of

from patrolcast.domain.settings import Settings


@pytest.fixture
def city(published_city: Path, tmp_path: Path) -> Settings:
    return copy_of(published_city, tmp_path)
