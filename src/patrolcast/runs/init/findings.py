"""What a first look at an export found: filled by `runs/init/draft`, written out by `runs/init/config_text`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from patrolcast.intake.guess_values import TimeGuess
from patrolcast.io.sources.export_sample import DetectedExport

TODO = "TODO"
"""Stands in the draft wherever a person must decide; `check` refuses it."""


@dataclass
class Findings:
    """What a first look at an export decided, and what it left open (in words, for a person).

    Attributes
    ----------
    rows : the head of the export.
    out : the config that will be written.
    columns : role -> column of the export.
    place : middle of the records, (longitude, latitude) in degrees.
    zone : IANA zone of the nearest named city: a hint, never a decision.
    boundary : path of a layer, or TODO.
    layers : names of map layers beside the export.
    """

    export: DetectedExport
    rows: pd.DataFrame
    out: Path
    columns: dict[str, str] = field(default_factory=dict)
    time: TimeGuess = field(default_factory=lambda: TimeGuess("unknown", share=0.0))
    crs: str = "EPSG:4326"
    place: tuple[float, float] | None = None
    zone: str | None = None
    boundary: str = TODO
    layers: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def columns_of_export(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(str(name) for name in self.rows.columns)
