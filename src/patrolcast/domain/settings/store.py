"""[store]: what was read of the export already is kept, so that a night reads only what is new."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from patrolcast.domain.settings.base import IN_PROJECT, Section


class Store(Section):
    """[store]: the incremental store. It saves time and changes no byte of a run, so no key is part of its identity."""

    enabled: bool = Field(False, description="keep what was read of the export, and read only what is new")
    folder: Annotated[Path | None, IN_PROJECT] = Field(
        None, description="where it is kept, in the project; left out: `store` in the city's folder of runs"
    )
    keep_days: int = Field(183, ge=1, le=36_500, description="days for which the export of a past night can be read")
    check_days: int = Field(
        7, ge=1, le=366, description="after so many days a night reads the whole export again and compares"
    )
