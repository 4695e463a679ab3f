"""The file of measures beside a config, or one line that says why it is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runs.outcomes.city import MEASURES, write_measures
from tests.runs.tiny_city import write_city

from patrolcast.domain.errors import GovernanceError
from patrolcast.io.settings.outcomes_file import measures_path, read_measures
from patrolcast.io.settings.settings_file import read_settings


def test_it_stands_beside_the_config_under_its_name(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    write_measures(config)
    found, data = read_measures(read_settings(config))
    assert found.measures[0].id == "force"
    assert data.decode() == MEASURES
    assert measures_path(read_settings(config)) == config.parent / "outcomes" / "tiny.toml"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "outcomes/tiny.toml: got no such file"),
        ("adopted = ", "tiny.toml: got Invalid value"),
        (MEASURES.replace('adopted = "2024-01"', ""), "outcomes/tiny.toml adopted: must be stated"),
        (
            MEASURES.replace("matters = 1.3", "matters = 1.3\nwish = 1"),
            "outcomes/tiny.toml measures.1.wish: no such key",
        ),
        (MEASURES.replace("Office of oversight", "TBD"), "outcomes/tiny.toml owner: "),
    ],
)
def test_one_that_is_missing_or_unfinished_is_refused_in_one_line(tmp_path: Path, text: str | None, said: str) -> None:
    config = write_city(tmp_path)
    if text is not None:
        write_measures(config, text)
    with pytest.raises(GovernanceError) as refused:
        read_measures(read_settings(config))
    assert str(refused.value).startswith(said)
    assert "docs/outcomes.md" in str(refused.value) or "TOML" in str(refused.value) or "value" in str(refused.value)
