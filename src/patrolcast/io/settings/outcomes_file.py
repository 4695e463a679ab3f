"""The file of measures beside a config, `configs/outcomes/CITY.toml`, or one line that says why it is none yet."""

from pathlib import Path

from pydantic import ValidationError

from patrolcast.domain.errors import ConfigError, GovernanceError, shown
from patrolcast.domain.outcomes.declared import Declared
from patrolcast.io.safe_files import write_errors
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.settings.toml_text import parse_toml

MOST_BYTES = 200_000
_CURE = "docs/outcomes.md has one to start from"


def measures_path(config: ConfigFile) -> Path:
    """Where a config's file of measures lies."""
    return config.path.parent / "outcomes" / f"{config.settings.name}.toml"


def read_measures(config: ConfigFile) -> tuple[Declared, bytes]:
    """The measures of a config, and the bytes of the file.

    Raises GovernanceError: there is no such file, or it is not finished.
    """
    path = measures_path(config)
    with write_errors(path):
        data = path.read_bytes() if path.is_file() else None
    what = f"outcomes/{shown(path.name)[1:-1]}"
    if data is None or len(data) > MOST_BYTES:
        got = "no such file" if data is None else f"{len(data):,} bytes"
        rule = "measures are named before their figures are seen"
        raise GovernanceError(what, got=got, rule=rule, cure=_CURE)
    try:
        return Declared.model_validate(parse_toml(data, path.name)), data
    except ConfigError as error:
        raise GovernanceError(error.what, got=error.got, rule=error.rule, cure=error.cure) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        kinds = {"missing": "must be stated", "extra_forbidden": "no such key"}
        rule = kinds.get(first["type"]) or str(first["msg"]).removeprefix("Value error, ")
        place = ".".join(str(step + 1) if isinstance(step, int) else str(step) for step in first["loc"])
        raise GovernanceError(f"{what} {place}".strip(), rule=rule, cure=_CURE) from None
