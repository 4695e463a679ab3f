"""One table of chance: no two names share a stream, and nothing in the package draws past the table."""

from __future__ import annotations

import ast
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

import patrolcast
from patrolcast.domain.settings import Model
from patrolcast.numerics.random_streams import SampleStream, Stream, random_stream
from patrolcast.synthetic.sample import SEED

SOURCES = Path(patrolcast.__file__).parent
SEEDING = {"default_rng", "SeedSequence", "PCG64", "Philox", "MT19937", "SFC64", "RandomState", "seed"}


def seeded_in(source: str) -> set[str]:
    """Names of calls that make or seed a generator."""
    calls = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    names = (call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls)
    return SEEDING & set(names)


@pytest.mark.parametrize("streams", [Stream, SampleStream])
def test_no_two_names_share_a_stream(streams: type[Stream] | type[SampleStream]) -> None:
    first = {name: random_stream(7, name).random(4).tobytes() for name in streams}
    with_part = {name: random_stream(7, name, 1).random(4).tobytes() for name in streams}
    drawn = list(chain(first.values(), with_part.values()))
    assert len(set(drawn)) == len(drawn) == 2 * len(streams)


def test_a_stream_with_part_0_is_the_stream_without_parts() -> None:
    """Why a number is used with parts or without, never both: numpy pads with zeros."""
    assert random_stream(7, Stream.RANK_TIES).random() == random_stream(7, Stream.RANK_TIES, 0).random()
    assert random_stream(7, Stream.RANK_TIES, 1).random() != random_stream(7, Stream.RANK_TIES, 2).random()


def test_the_same_seed_and_name_give_the_same_numbers() -> None:
    assert random_stream(7, Stream.INTERVALS, 2).random() == random_stream(7, Stream.INTERVALS, 2).random()
    assert random_stream(7, Stream.INTERVALS, 2).random() != random_stream(8, Stream.INTERVALS, 2).random()


def test_a_model_trained_before_the_table_is_trained_alike() -> None:
    """Streams that decide a model's bytes, as they were when each file wrote its own number."""
    assert random_stream(7, Stream.LEAD_DAYS).random() == np.random.default_rng([7, 1]).random()
    assert random_stream(7, Stream.TRAINING_ROWS, 3).random() == np.random.default_rng([7, 2, 3]).random()


def test_the_sample_city_has_a_seed_that_is_no_run_s() -> None:
    assert Model().seed != SEED


def test_nothing_in_the_package_seeds_chance_but_the_table() -> None:
    seeding = {str(path.relative_to(SOURCES)) for path in sorted(SOURCES.rglob("*.py")) if seeded_in(path.read_text())}
    assert seeding == {"numerics/random_streams.py"}


@pytest.mark.parametrize(
    "planted",
    ["np.random.default_rng([seed, 5])", "from numpy.random import default_rng\ndefault_rng(3)", "np.random.seed(1)"],
)
def test_a_generator_made_past_the_table_is_found(planted: str) -> None:
    assert seeded_in(planted)
