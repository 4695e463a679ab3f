"""`configs/outcomes/CITY.toml`: what is asked of the outcomes, written down before anybody has seen them.

Whoever looks at many figures finds some that moved. So measures are named first, and the trail holds when. What is
named later is shown, marked as chosen after the data was seen, and is never a finding.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from patrolcast.domain.outcomes.counts import EXPOSURES, OUTCOMES
from patrolcast.domain.settings.base import Count, Name, Section, Text
from patrolcast.domain.settings.reasons import Owner, Reason

CHANGE, COMPARED, DISPARITY = "change", "compared", "disparity"
EVERYONE = "everyone"
Outcome = Literal["arrests", "stops", "use_of_force", "complaints"]
LONGEST_NAME = 40


def _a_month(text: str) -> str:
    if not re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", text):
        raise ValueError("no such month; e.g. 2026-07")
    return text


def _a_name(text: str) -> str:
    if len(text) > LONGEST_NAME or not text.isprintable() or text.strip() != text or text.lower() == EVERYONE:
        raise ValueError(f"a name of at most {LONGEST_NAME} characters on one line, other than {EVERYONE}")
    return text


Month = Annotated[str, AfterValidator(_a_month)]
GroupName = Annotated[str, Field(min_length=1), AfterValidator(_a_name)]


class CountColumns(Section):
    """[columns] and [columns.OUTCOME]: headers of an export. A file holds these columns and no other."""

    month: Text = Field("month", description="the month, 2026-07 or the first day of it")
    area: Text = Field("area", description="beat, district or tract")
    group: Text | None = Field("group", description="the group; leave it out where a file has none")
    outcome: Text | None = Field("outcome", description="what was counted; --outcome says it where a file has none")
    n: Text = Field("n", description="how many")


class ComparedGroup(Section):
    """[[groups]]: a group of people whose counts are looked at."""

    name: GroupName = Field(description="as the page shall call it")
    values: list[Text] = Field(min_length=1, description="what stands for it in the export")
    residents: Count | None = Field(None, description="how many live in the city, for rates per resident")


class OutcomeMeasure(Section):
    """[[measures]]: one question."""

    id: Name = Field(description="short name; keep it")
    question: Reason = Field(description="what is asked, in words")
    outcome: Outcome = Field(description=f"one of {', '.join(OUTCOMES)}")
    contrasts: list[Literal["change", "compared", "disparity"]] = Field(min_length=1, description="what is compared")
    per: Literal["month", "residents", "reports", "patrol_minutes"] = Field("month", description="counted against")
    matters: float = Field(ge=1.05, le=5.0, allow_inf_nan=False, description="the smallest ratio that would matter")

    @model_validator(mode="after")
    def _once(self) -> OutcomeMeasure:
        if len(set(self.contrasts)) < len(self.contrasts):
            raise ValueError("contrasts must differ")
        return self


class Declared(Section):
    """The whole file."""

    outcomes_version: Literal[1] = Field(description="the form of this file")
    adopted: Month = Field(description="the first month in which suggestions were used")
    owner: Owner = Field(description="the office that answers for these measures")
    suggested_areas: list[Text] = Field(
        default=[], description="areas in which they were used; all others are compared"
    )
    reference: GroupName | None = Field(None, description="the group with which the others are compared")
    residents_source: Annotated[str, Field(min_length=5, max_length=200)] | None = Field(
        None, description="where the numbers of residents come from"
    )
    columns: dict[str, CountColumns] = Field(default={}, description="headers by outcome; `every` for all others")
    groups: list[ComparedGroup] = Field(default=[], max_length=12)
    measures: list[OutcomeMeasure] = Field(min_length=1, max_length=12)

    @model_validator(mode="after")
    def _fits(self) -> Declared:
        names = [group.name for group in self.groups]
        values = [value for group in self.groups for value in group.values]
        ids = [measure.id for measure in self.measures]
        contrasts = {contrast for measure in self.measures for contrast in measure.contrasts}
        for label, entries in (("groups", names), ("values of groups", values), ("ids of measures", ids)):
            if len(set(entries)) < len(entries):
                raise ValueError(f"{label} must differ")
        if unknown := sorted(set(self.columns) - {*OUTCOMES, *EXPOSURES, "every"}):
            raise ValueError(f"columns of {unknown[0]}: no such outcome")
        if self.reference is not None and self.reference not in names:
            raise ValueError("reference must be the name of a group")
        if DISPARITY in contrasts and (self.reference is None or len(names) < 2):
            raise ValueError("disparity needs two groups and a reference")
        if COMPARED in contrasts and not self.suggested_areas:
            raise ValueError("compared needs suggested_areas")
        if any(measure.per == "residents" for measure in self.measures):
            if any(group.residents is None for group in self.groups) or not self.groups:
                raise ValueError("per residents needs the residents of every group")
            if self.residents_source is None:
                raise ValueError("per residents needs residents_source")
        return self

    def n_contrasts(self, measure: OutcomeMeasure) -> int:
        """How many contrasts a measure asks for: of everyone and each group, or of each group but the reference."""
        n_groups = len(self.groups)
        return sum(n_groups - 1 if contrast == DISPARITY else n_groups + 1 for contrast in measure.contrasts)

    def columns_of(self, outcome: str | None) -> CountColumns:
        """The headers of an export of one outcome, or of one that says itself what was counted."""
        return self.columns.get(outcome or "every") or self.columns.get("every") or CountColumns()

    def group_of(self) -> dict[str, str]:
        """Value of the export -> name of the group."""
        return {value: group.name for group in self.groups for value in group.values}


def identity_of(declared: Declared, measure: OutcomeMeasure) -> list[object]:
    """All that a measure's value hangs on but the data: where any of it changes, it is another measure."""
    groups = sorted([group.name, sorted(group.values)] for group in declared.groups)
    frame = [declared.adopted, declared.reference, sorted(declared.suggested_areas), groups]
    return [frame, measure.model_dump(mode="json")]
