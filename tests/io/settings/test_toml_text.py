"""TOML without bottom, and its twin."""

from __future__ import annotations

import pytest

from patrolcast.domain.errors import ConfigError
from patrolcast.io.settings.toml_text import parse_toml


@pytest.mark.parametrize(
    "text",
    ["x = " + "[" * 3000 + "]" * 3000, "[" + ".".join("a" * 3000) + "]\nx = 1", "x = " + "{a=" * 9 + "1" + "}" * 9],
)
def test_a_config_nested_without_bottom_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_toml(text.encode(), "city.toml")
    assert str(caught.value) == (
        "city.toml: got sections or lists nested deeper; at most 8 sections inside each other; is this a config?"
    )


def test_the_twin_nested_as_deep_as_a_config_may_be_is_read() -> None:
    assert parse_toml(b"[a.b.c.d]\nx = [[1]]\n", "city.toml") == {"a": {"b": {"c": {"d": {"x": [[1]]}}}}}
