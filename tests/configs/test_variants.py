"""The shipped variants: each reads, each may be compared with its city's base, and only two kinds can never be run."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.compare.variants import read_variants

ROOT = Path(__file__).parents[2]
VARIANTS = sorted((ROOT / "configs" / "variants").glob("*.toml"))
BASE = "_citizen_only"
CITIES = [path.stem.removesuffix(BASE) for path in VARIANTS if path.stem.endswith(BASE)]
NEVER_RUN = ("_with_enforcement", "_enforcement_counted")


def city_of(path: Path) -> str:
    return max((city for city in CITIES if path.stem.startswith(f"{city}_")), key=len)


@pytest.mark.parametrize("path", VARIANTS, ids=lambda path: path.stem)
def test_each_variant_is_a_few_lines_named_like_its_file_and_lies_in_the_project(path: Path) -> None:
    config = read_settings(path)
    assert config.settings.name == path.stem
    assert config.project == ROOT
    assert config.settings.publish.runs == ROOT / "runs"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 15
    assert config.settings.policy.comparison_only == path.stem.endswith(NEVER_RUN)


@pytest.mark.parametrize("city", CITIES)
def test_the_variants_of_a_city_may_be_compared(city: str) -> None:
    by_city = {name: list(paths) for name, paths in groupby(sorted(VARIANTS, key=city_of), key=city_of)}
    paths = sorted(by_city[city], key=lambda path: not path.stem.endswith(BASE))
    chosen = read_variants(paths)
    assert len(chosen) >= 2
    assert chosen[0].changes == {}
    assert all(one.changes for one in chosen[1:])
