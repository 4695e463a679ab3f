"""[residents]: census counts by area, in the layer of the areas itself or in a table of its own."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from patrolcast.domain.measures import EVERYONE_ELSE
from patrolcast.domain.settings.base import Name, Section, Text
from patrolcast.domain.settings.reasons import Reason


class Residents(Section):
    """[residents]: census counts by area. Read by the audit and the screen only, never by the model."""

    path: Path = Field(description="polygon layer of census areas, with their counts unless counts names a table")
    area_id: str = Field(description="column of the layer that names the area")
    groups: dict[Name, str] = Field(description="group name -> column of counts")
    total: str = Field(description="column of all residents")
    vintage: str = Field(description="which census or survey, and which year: printed beside every figure")
    counts: Path | None = Field(
        None, description="CSV with the counts, joined to the areas by name; absent: they are columns of the layer"
    )
    counts_area: str | None = Field(None, description="column of that CSV that names the area")
    same_area: dict[str, str] = Field(
        {},
        description="name in the CSV -> name in the layer, where they differ by more than case and punctuation; "
        "several rows of one area are added up",
    )
    names: dict[Name, Text] = Field(
        {}, description="group -> how the pages call it, e.g. 'Black'; left out: its key, underscores as spaces"
    )
    margins: dict[Name, str] = Field(
        {}, description="group name or 'total' -> column of its margin of error (90 %), where the survey gives one"
    )
    not_measured: dict[Name, Reason] = Field(
        {},
        description="group -> why it cannot be measured, said on every page: only a group with fewer residents than "
        "[audit] least_residents",
    )
    land: Path | None = Field(
        None, description="polygon layer of where people live; absent: they live evenly over all dry land"
    )

    @model_validator(mode="after")
    def _table_with_its_key(self) -> Residents:
        if (self.counts is None) != (self.counts_area is None):
            raise ValueError("counts and counts_area belong together")
        if self.same_area and self.counts is None:
            raise ValueError("same_area belongs to counts")
        return self

    @model_validator(mode="after")
    def _each_group_is_itself(self) -> Residents:
        of_column: dict[str, str] = {self.total: "total"}
        for name, column in self.groups.items():
            if (other := of_column.setdefault(column, name)) != name:
                raise ValueError(f"groups: {name} counts the same column as {other}; each group has its own")
        called: dict[str, str] = {EVERYONE_ELSE: EVERYONE_ELSE}
        for name in self.groups:
            words = " ".join(self.names.get(name, name).replace("_", " ").split()).casefold()
            if not any(letter.isalpha() for letter in words):
                raise ValueError(f"names: {name} needs a word, got {self.names[name]!r}")
            if (other := called.setdefault(words, name)) != name:
                raise ValueError(f"names: {name} would be called as {other} is; each group has its own")
        keys = {name.replace("_", " "): name for name in self.groups}
        for name, words in called.items():
            if keys.get(name, words) != words:
                raise ValueError(f"names: {words} would be called like the key of {keys[name]}; each group has its own")
        return self

    @model_validator(mode="after")
    def _some_are_measured(self) -> Residents:
        for key in ("not_measured", "names"):
            if unknown := sorted(set(getattr(self, key)) - set(self.groups)):
                raise ValueError(f"{key} names {unknown[0]}, which is none of groups")
        if self.groups and not set(self.groups) - set(self.not_measured):
            raise ValueError("not_measured names every group: at least one must be measured")
        return self
