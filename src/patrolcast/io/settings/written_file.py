"""Files of TOML that people write beside a config: read up to a size, and what is wrong with one in a line."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from patrolcast.domain.errors import ConfigError, GovernanceError
from patrolcast.io.safe_files import write_errors
from patrolcast.io.settings.toml_text import parse_toml

MOST_BYTES = 200_000


def read_written(path: Path, *, what: str, rule: str, cure: str) -> bytes:
    """The bytes of a file.

    Raises GovernanceError: it is not there, or longer than a person writes; in the caller's words.
    """
    with write_errors(path):
        data = path.read_bytes() if path.is_file() else None
    if data is None or len(data) > MOST_BYTES:
        got = "no such file" if data is None else f"{len(data):,} bytes"
        raise GovernanceError(what, got=got, rule=rule, cure=cure)
    return data


def written_values(data: bytes, name: str) -> dict[str, Any]:
    """What a file says. Raises GovernanceError: it is no TOML."""
    try:
        return parse_toml(data, name)
    except ConfigError as error:
        raise GovernanceError(error.what, got=error.got, rule=error.rule, cure=error.cure) from None


def first_fault(error: ValidationError) -> tuple[tuple[int | str, ...], str]:
    """The steps to the first value that is wrong, and the rule that it breaks."""
    first = error.errors(include_url=False, include_input=False)[0]
    kinds = {"missing": "must be stated", "extra_forbidden": "no such key"}
    return first["loc"], kinds.get(first["type"]) or str(first["msg"]).removeprefix("Value error, ")
