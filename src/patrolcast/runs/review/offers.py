"""What a published run suggests, read back and checked: its suggestions, its budget, and the cells beside an area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import h3
import pandas as pd

from patrolcast.domain.errors import DataRefusedError, UnknownError, shown
from patrolcast.io.hashing import file_sha256
from patrolcast.io.settings.stored_config import settings_without_files
from patrolcast.io.store import run_store
from patrolcast.io.store.stored_run import read_forecast, read_suggestions
from patrolcast.patrol.decisions import Offer


@dataclass(frozen=True)
class OfferedRun:
    """A run as it was published.

    Attributes
    ----------
    table : columns of `suggestions.geojson`; every row, those held back for comparison too.
    """

    folder: Path
    manifest: dict[str, Any]
    table: pd.DataFrame

    @property
    def run_id(self) -> str:
        """Its id."""
        return self.folder.name

    @property
    def expires_at(self) -> datetime:
        """From when on nobody may use it."""
        return datetime.fromisoformat(str(self.manifest["expires_at"]))

    @cached_property
    def budget(self) -> float:
        """Patrol minutes of one district and shift, as the run's own config has them."""
        return settings_without_files(self.manifest["config"]).patrol.minutes_per_district

    @cached_property
    def offers(self) -> dict[str, Offer]:
        """Suggestion -> what it offers; those that get a visit."""
        return {str(row["suggestion_id"]): self._offer(row) for row in self.suggested.to_dict("records")}

    @cached_property
    def suggested(self) -> pd.DataFrame:
        """Rows that get a visit."""
        return self.table[self.table["visits"] > 0]

    def offer(self, suggestion: str) -> Offer:
        """One of them. Raises UnknownError: the run has no such suggestion, or held that cell back."""
        if suggestion not in self.offers:
            got, rule = shown(suggestion), "must be a suggestion_id of suggestions.csv that gets a visit"
            raise UnknownError(f"run {self.run_id}: suggestion", got=got, rule=rule, cure="look it up there")
        return self.offers[suggestion]

    def of_district(self, offer: Offer) -> list[Offer]:
        """All of the same district and shift."""
        same = (offer.district, offer.shift_start)
        return [other for other in self.offers.values() if (other.district, other.shift_start) == same]

    def cells_beside(self, offer: Offer) -> frozenset[str]:
        """Cells of the same district in or beside the suggestion's area that are named nowhere in its shift.

        A cell that chance held back is named: patrol there would spoil the comparison.
        """
        of_shift = self.table[self.table["shift_start"] == offer.shift_start]
        area = of_shift[of_shift["area"] == offer.area] if "area" in of_shift else of_shift.iloc[:0]
        members = {offer.cell, *map(str, area["cell"])}
        near = {cell for member in members for cell in h3.grid_disk(member, 1)}
        return frozenset((near & self._cells_of.get(offer.district, frozenset())) - {*map(str, of_shift["cell"])})

    @cached_property
    def _cells_of(self) -> dict[str, frozenset[str]]:
        cells = read_forecast(self.folder, self.manifest)[["district", "cell"]].drop_duplicates()
        return {str(name): frozenset(map(str, group)) for name, group in cells.groupby("district")["cell"]}

    def _offer(self, row: Mapping[Any, Any]) -> Offer:
        return Offer(
            run=self.run_id,
            suggestion=str(row["suggestion_id"]),
            district=str(row["district"]),
            area=str(row.get("area", "")),
            cell=str(row["cell"]),
            shift_start=row["shift_start"].to_pydatetime(),
            shift_end=row["shift_end"].to_pydatetime(),
            minutes=float(row["patrol_minutes"]),
            budget=self.budget,
        )


def read_offers(runs: Path, run: str, manifest_sha256: str) -> OfferedRun:
    """A run as the trail says that it was published.

    Raises DataRefusedError: it was removed, or changed since.
    """
    folder = runs / run
    manifest = run_store.read_manifest(folder)
    if file_sha256(folder / run_store.MANIFEST) != manifest_sha256:
        got, rule = "another manifest than the one that was published", "a run is never changed"
        raise DataRefusedError(f"run {run}", got=got, rule=rule, cure="run it again with --force")
    return OfferedRun(folder, manifest, read_suggestions(folder, manifest))
