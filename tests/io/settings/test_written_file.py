"""Files that people write beside a config: what is missing, too long, no TOML or wrong is said in a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from patrolcast.domain.errors import GovernanceError
from patrolcast.io.settings.written_file import MOST_BYTES, first_fault, read_written, written_values

WORDS = {"what": "rules", "rule": "must be there", "cure": "write it"}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")
    n: int = Field(le=3)
    word: str = "a"

    @field_validator("word")
    @classmethod
    def _short(cls, word: str) -> str:
        if len(word) > 1:
            raise ValueError("one letter")
        return word


class _Whole(BaseModel):
    parts: list[_Part]


def test_one_that_is_missing_or_too_long_is_refused_and_one_of_the_largest_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    with pytest.raises(GovernanceError, match="rules: got no such file; must be there"):
        read_written(path, **WORDS)
    path.write_bytes(b"#" * MOST_BYTES)
    assert read_written(path, **WORDS) == b"#" * MOST_BYTES
    path.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(GovernanceError, match="rules: got 200,001 bytes"):
        read_written(path, **WORDS)


def test_what_is_no_toml_is_refused_as_a_document_of_governance() -> None:
    assert written_values(b"a = 1", "rules.toml") == {"a": 1}
    with pytest.raises(GovernanceError, match=r"rules\.toml"):
        written_values(b"a = ", "rules.toml")


@pytest.mark.parametrize(
    ("part", "step", "rule"),
    [
        ({}, "n", "must be stated"),
        ({"n": 1, "wish": 1}, "wish", "no such key"),
        ({"n": 1, "word": "ab"}, "word", "one letter"),
        ({"n": 4}, "n", "Input should be less than or equal to 3"),
    ],
)
def test_the_first_fault_has_its_place_and_its_rule(part: dict[str, object], step: str, rule: str) -> None:
    with pytest.raises(ValidationError) as refused:
        _Whole.model_validate({"parts": [{"n": 2}, part]})
    assert first_fault(refused.value) == (("parts", 1, step), rule)
