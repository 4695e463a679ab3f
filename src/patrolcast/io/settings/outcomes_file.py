"""The file of measures beside a config, `configs/outcomes/CITY.toml`, or one line that says why it is none yet."""

from pathlib import Path

from pydantic import ValidationError

from patrolcast.domain.errors import GovernanceError, shown
from patrolcast.domain.outcomes.declared import Declared
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.settings.written_file import first_fault, read_written, written_values

_CURE = "docs/outcomes.md has one to start from"


def measures_path(config: ConfigFile) -> Path:
    """Where a config's file of measures lies."""
    return config.path.parent / "outcomes" / f"{config.settings.name}.toml"


def read_measures(config: ConfigFile) -> tuple[Declared, bytes]:
    """The measures of a config, and the bytes of the file.

    Raises GovernanceError: there is no such file, or it is not finished.
    """
    path = measures_path(config)
    what = f"outcomes/{shown(path.name)[1:-1]}"
    data = read_written(path, what=what, rule="measures are named before their figures are seen", cure=_CURE)
    try:
        return Declared.model_validate(written_values(data, path.name)), data
    except ValidationError as error:
        steps, rule = first_fault(error)
        place = ".".join(str(step + 1) if isinstance(step, int) else step for step in steps)
        raise GovernanceError(f"{what} {place}".strip(), rule=rule, cure=_CURE) from None
