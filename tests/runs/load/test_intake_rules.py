"""The config as rules for rows: what it says of corrections reaches them, and what does not exist is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.intake.builders import good, load

from patrolcast.domain.errors import ConfigError


def test_an_excluded_offence_that_the_codebook_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="must be an offence of the codebook"):
        load(tmp_path, good(20), policy={"excluded_offences": ["NOPE"]})


@pytest.mark.parametrize("key", ["crs", "time_zone"])
def test_a_reference_system_or_a_zone_that_does_not_exist_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError, match=rf"\[incidents\] {key}"):
        load(tmp_path, good(20), **{key: "Mars/Olympus"})


def test_call_sources_that_the_codebook_decides_and_nobody_reads_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"\[incidents.columns\] call_source: got nothing, but codebook.csv decides .*'911'"
    ):
        load(tmp_path, good(20), drop=("call_source",))


def test_a_codebook_without_call_sources_needs_no_column_of_them(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(
        "offence,call_source,category,provenance,ground\nTHEFT,,theft,citizen,made up\n"
    )
    city = load(tmp_path, good(20), drop=("call_source",), no_call_source="it holds who took the call, not who made it")
    assert len(city.tables.incidents.table) == 20
