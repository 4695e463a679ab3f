"""The files of `governance/CITY/` that every record rests on. Blanks and placeholders are refused as for waivers.

Each key carries an example: it is printed where the key is missing, and stands in the file of `governance init`.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from patrolcast.domain.settings.base import Count, Day, Section
from patrolcast.domain.settings.reasons import Owner, Reason

Link = Annotated[str, Field(pattern=r"^https://[^\s<>\"]+$", max_length=500)]
Mail = Annotated[str, Field(pattern=r"^[^\s@<>\"]+@[^\s@<>\"]+\.[a-z]+$", max_length=200)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Organisation(Section):
    """organisation.toml: who runs the tool and answers for it."""

    name: Owner = Field(description="the agency that uses the tool", examples=["Larkfield Police Department"])
    region: Owner = Field(description="city and state or country", examples=["Larkfield, Illinois"])
    team: Owner = Field(description="the team that runs it", examples=["Crime Analysis Unit"])
    senior_responsible_owner: Owner = Field(
        description="the office that answers for it, never a private person", examples=["Deputy Chief of Patrol"]
    )
    contact_email: Mail = Field(description="where the public writes", examples=["patrol-advice@larkfield.example"])
    website: Link = Field(
        description="public page about the tool", examples=["https://larkfield.example/patrol-advice"]
    )
    supplier: Reason = Field(
        description="who supplied it, in what role, with what access to data",
        examples=["No supplier: the unit runs the open-source program itself and no outsider has access to data."],
    )
    procurement: Reason = Field(
        description="how it was bought, or that it was not",
        examples=["Nothing was bought; the program is free to use."],
    )
    data_licence: Link = Field(
        description="licence under which the description of the data is published",
        examples=["https://creativecommons.org/licenses/by/4.0/"],
    )


class Assessment(Section):
    """[[assessments]]: one impact assessment."""

    title: Owner = Field(description="its title", examples=["Data protection impact assessment"])
    date: Day = Field(description="when it was finished", examples=["2026-02-10"])
    link: Link = Field(description="where it is published", examples=["https://larkfield.example/dpia"])
    finding: Reason = Field(description="what it found", examples=["No personal data are read; review every year."])


class Legal(Section):
    """legal.toml: by what right, who sees what, how long it is kept."""

    basis: Reason = Field(
        description="what the law permits and requires here",
        examples=[
            "The city charter gives the department the planning of patrol; no power to stop comes from the tool."
        ],
    )
    basis_title: Owner = Field(description="title of the law", examples=["Larkfield City Charter, chapter on police"])
    basis_link: Link = Field(description="where it can be read", examples=["https://larkfield.example/charter"])
    access: Reason = Field(
        description="who may see what",
        examples=["Analysts and shift supervisors see suggestions; records stay inside."],
    )
    sharing: Reason = Field(
        description="with whom data or results are shared, by what right",
        examples=["Nothing is shared with other agencies; what is published here is for everybody."],
    )
    retention: Reason = Field(
        description="how long runs and records are kept, and how they are deleted",
        examples=["Run folders follow the days that the config states; records of a published run are kept for good."],
    )
    processing_register: Owner = Field(
        description="entry in the register of processing", examples=["Register of processing, entry on patrol planning"]
    )
    assessments: list[Assessment] = Field(min_length=1, description="impact assessments, at least one")


class Purpose(Section):
    """purpose.toml: why, instead of what, and what was considered."""

    problem: Reason = Field(
        description="the problem it is meant for",
        examples=["Discretionary patrol time was spent where it had always been spent, without looking at reports."],
    )
    goal: Reason = Field(
        description="what shall become better",
        examples=["Patrol time follows what residents report, evenly and openly."],
    )
    benefits: Reason = Field(
        description="for whom, in what way",
        examples=["Residents get visits where they report most; supervisors plan faster."],
    )
    previous_process: Reason = Field(
        description="how it was done before",
        examples=["Supervisors chose places by experience at the start of a shift."],
    )
    alternatives: Reason = Field(
        description="what else was considered, without AI too",
        examples=["A plain count of past reports, which is measured beside every forecast, and no list at all."],
    )
    considerations: Reason = Field(
        description="why this is proportionate",
        examples=["No person is assessed, the advice may be ignored, and every check is public."],
    )
    phase: Literal["in development", "in use", "out of use"] = Field(description="phase", examples=["in development"])
    start: Month = Field(description="in use since, yyyy-mm", examples=["2026-03"])


class Oversight(Section):
    """oversight.toml: who decides, who watches, how to object, when it is reviewed."""

    decisions: Reason = Field(
        description="who decides on a suggestion, and how",
        examples=["A shift supervisor accepts, changes or declines each suggestion and writes a reason."],
    )
    training: Reason = Field(
        description="what whoever uses it must have learned",
        examples=["A half-day course on limits and over-reliance with a quiz, renewed every year."],
    )
    appeals: Reason = Field(
        description="how a resident objects, and who answers",
        examples=["Residents write to the contact address; the oversight board answers within thirty days."],
    )
    board: Owner = Field(description="the body that oversees it", examples=["Civilian Oversight Board"])
    pause_owner: Owner = Field(description="the office that may stop it at once", examples=["Watch Commander"])
    monitoring_owner: Owner = Field(description="the office that looks at its checks", examples=["Inspector General"])
    monitoring_every_days: Count = Field(description="days between two looks", examples=[30])
    answer_days: Count = Field(
        30, description="days in which feedback is answered; later an item is a warning of every run", examples=[30]
    )
    last_review: Day = Field(description="last review of these texts", examples=["2026-03-01"])
    next_review: Day = Field(description="next review; a run after that day has no records", examples=["2027-03-01"])

    @model_validator(mode="after")
    def _in_order(self) -> "Oversight":
        if date.fromisoformat(self.next_review) <= date.fromisoformat(self.last_review):
            raise ValueError("next_review must come after last_review")
        return self
