"""What a variant changes is said in words; a key without words stands as the config writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.compare.change_words import describe_changes
from patrolcast.runs.compare.variants import changes

VARIANTS = Path(__file__).parents[3] / "configs" / "variants"


def said(name: str) -> str:
    base, other = read_settings(VARIANTS / "sample_citizen_only.toml"), read_settings(VARIANTS / f"sample_{name}.toml")
    return describe_changes(changes(base.raw, other.raw), other.settings)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("citizen_only", "the base of the comparison"),
        ("with_enforcement", "adds officer-made records"),
        ("enforcement_counted", "counts officer-made records as incidents; adds officer-made records"),
        (
            "capped",
            "no place on more than 10 of 14 nights; after 5 nights in a row a place rests for 2 nights",
        ),
        (
            "exposure_bounded",
            "patrol where Group C residents live is kept between 0.8 and 1.32 times that of everyone else; nothing is "
            "left to chance",
        ),
        ("coarse", "cells of H3 resolution 8; forecasts 7 days ahead"),
        ("declared_only", "features as the screen of sample_declared_only leaves them"),
        ("no_context", "without the features place_*, holiday, eve_of_holiday, days_after_payday, darkness"),
    ],
)
def test_every_shipped_variant_says_in_words_what_it_changes(name: str, words: str) -> None:
    assert said(name) == words


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"model.seed": 7}, "model.seed = 7"), ({"patrol.order": "ever"}, "patrol.order = 'ever'")],
)
def test_a_key_without_words_stands_as_the_config_writes_it(changed: dict[str, Any], words: str) -> None:
    assert describe_changes(changed, read_settings(VARIANTS / "sample_citizen_only.toml").settings) == words


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"patrol.caps": "off"}, "no limit on how often a place is suggested"),
        ({"patrol.bound": "off"}, "no bounds on the patrol where a group lives"),
        ({"policy.comparison_only": "default"}, "without officer-made records"),
        ({"policy.excluded_features": "default"}, "leaves out no feature by name"),
    ],
)
def test_a_table_that_the_variant_switches_off_says_so(changed: dict[str, Any], words: str) -> None:
    assert describe_changes(changed, read_settings(VARIANTS / "sample_citizen_only.toml").settings) == words
