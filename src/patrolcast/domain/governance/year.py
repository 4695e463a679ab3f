"""Files that only councils' reports ask for: what people said, what a year brought, which documents are wanted."""

from typing import Annotated

from pydantic import Field, model_validator

from patrolcast.domain.governance.facts import Link
from patrolcast.domain.settings.base import Day, Name, NotNegative, Section
from patrolcast.domain.settings.reasons import Owner, Reason

Counted = Annotated[int, Field(ge=0)]


class Community(Section):
    """community.toml: what the public was asked and said; the six questions of Seattle's racial equity toolkit."""

    invited: Reason = Field(
        description="how comments were invited", examples=["Two public meetings and a form on the public page."]
    )
    comments: Counted = Field(description="comments received", examples=[12])
    said: Reason = Field(
        description="what they said", examples=["Most asked whether stops would rise where reports are many."]
    )
    response: Reason = Field(
        description="what the department answered", examples=["The policy now bars stops based on a suggestion."]
    )
    outcomes: Reason = Field(
        description="toolkit, question one: outcomes wanted",
        examples=["No group gets more patrol for each report than others."],
    )
    involved: Reason = Field(
        description="toolkit, question two: who was involved",
        examples=["Neighbourhood councils of all districts were asked."],
    )
    burden: Reason = Field(
        description="toolkit, question three: benefit and burden",
        examples=["More visits may mean more contact with officers in the same streets."],
    )
    harm: Reason = Field(
        description="toolkit, question four: how harm is lessened",
        examples=["Limits for each group stop publication when they are passed."],
    )
    evaluation: Reason = Field(
        description="toolkit, question five: how it is evaluated",
        examples=["The board reads the audit of every month in public."],
    )
    reporting: Reason = Field(
        description="toolkit, question six: to whom it is reported",
        examples=["The council receives the report of each year and residents find it online."],
    )
    civil_liberties: Reason = Field(
        description="privacy and civil liberties assessment",
        examples=["No person can be found in inputs or results; the remaining risk is contact without need."],
    )
    references: Link = Field(
        description="where expertise and references are listed", examples=["https://larkfield.example/references"]
    )


class Year(Section):
    """year.toml: what the annual report to the council states beside the run."""

    first_day: Day = Field(description="first day of the period", examples=["2025-07-01"])
    last_day: Day = Field(description="last day of the period", examples=["2026-06-30"])
    complaints: Counted = Field(description="complaints about the tool or its use", examples=[2])
    complaints_answer: Reason = Field(
        description="what they were about; does the policy suffice?",
        examples=["Both concerned visits at night; the policy was found sufficient."],
    )
    audits: Counted = Field(description="internal audits", examples=[4])
    violations: Counted = Field(description="violations of the policy", examples=[0])
    violations_answer: Reason = Field(
        description="what was done about them", examples=["None was found, so no action was needed."]
    )
    breaches: Counted = Field(description="breaches of data", examples=[0])
    breaches_answer: Reason = Field(
        description="what happened and who was informed", examples=["No unauthorised access to any record is known."]
    )
    records_requests: Counted = Field(description="requests for records by the public", examples=[3])
    cost: NotNegative = Field(description="cost of the year, in the currency below", examples=[18000.0])
    next_cost: NotNegative = Field(description="expected cost of the next year", examples=[18000.0])
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(description="ISO 4217", examples=["USD"])
    funding: Reason = Field(
        description="where the money comes from", examples=["The budget of the department; no grant and no gift."]
    )
    effectiveness: Reason = Field(
        description="what is known of its effect, and what is not",
        examples=["No effect on reported crime was shown; the comparison with cells left out by lot goes on."],
    )
    health_and_safety: Reason = Field(
        description="of officers and residents", examples=["No injury is known that goes back to the tool."]
    )
    policy_changes: Reason = Field(
        description="changes of the policy that are asked for", examples=["None is asked for in this period."]
    )

    @model_validator(mode="after")
    def _in_order(self) -> "Year":
        if self.last_day < self.first_day:
            raise ValueError("last_day must not come before first_day")
        return self


class WantedRecords(Section):
    """records.toml: the documents of the profile `custom`."""

    documents: list[Name] = Field(
        min_length=1,
        description="names of documents, as `records --help` lists them",
        examples=[["model_card", "public_summary"]],
    )


class Rating(Section):
    """[[risks]] of risks.toml: one hazard, rated by the department."""

    hazard: Name = Field(description="a hazard of the list", examples=["feedback_loop"])
    likelihood: Annotated[int, Field(ge=1, le=5)] = Field(
        description="before any control, 1 rare to 5 certain", examples=[3]
    )
    severity: Annotated[int, Field(ge=1, le=5)] = Field(description="1 slight to 5 grave", examples=[4])
    residual: Annotated[int, Field(ge=1, le=5)] = Field(description="likelihood with the control, 1 to 5", examples=[2])
    owner: Owner = Field(description="the office that answers for it", examples=["Inspector General"])
    reason: Reason = Field(description="why so", examples=["The loop test is passed; the look at the log goes on."])

    @model_validator(mode="after")
    def _not_worse(self) -> "Rating":
        if self.residual > self.likelihood:
            raise ValueError("residual is the likelihood with the control: at most likelihood")
        return self


class Risks(Section):
    """risks.toml: every hazard of the list, rated once."""

    risks: list[Rating] = Field(min_length=1, description="one rating for each hazard of the list")
