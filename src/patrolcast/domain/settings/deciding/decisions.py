"""[decisions], [pause]: what people may answer to a suggestion, what a visit may be for, and who may stop the tool."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from patrolcast.domain.settings.base import NotNegative, Section

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Meaning = Annotated[str, Field(min_length=3, max_length=200)]
Account = Annotated[str, Field(min_length=1, max_length=100)]

OTHER = "other"
ACCEPT = {
    "fits_the_plan": "it fits what the shift had planned",
    "known_concern": "residents or businesses have raised this place",
    "no_objection": "looked at, and nothing speaks against it",
    OTHER: "another reason, in the note",
}
AMEND = {
    "short_of_people": "fewer people or cars than planned",
    "better_place_nearby": "a place nearby in the same area needs it more",
    "better_time": "later in the shift fits better",
    "fewer_minutes": "less time is enough",
    OTHER: "another reason, in the note",
}
DECLINE = {
    "nobody_free": "nobody is free: calls come first",
    "cause_is_gone": "what led to the reports is over or solved",
    "data_is_wrong": "the reports behind it are wrong, late or counted twice",
    "patrolled_enough": "people there have seen much patrol lately",
    "harm_expected": "patrol there would do more harm than good",
    "other_answer_is_better": "another service or a repair helps more than patrol",
    OTHER: "another reason, in the note",
}
ACTIVITIES = {
    "foot_patrol": "walked, and talked with people there",
    "business_visit": "visited shops and businesses",
    "resident_visit": "met residents or a neighborhood group who wished it",
    "stayed_visible": "stayed in view, doors open, and could be spoken to",
    "advice": "gave advice on locks, lights or bicycles",
    "repair_reported": "reported lights, locks or litter for repair",
    OTHER: "something else, in the note",
}


class Decisions(Section):
    """[decisions]: reason codes and activities, and how late a decision or a visit may be handed in."""

    accept: dict[Code, Meaning] = Field(ACCEPT, min_length=1, description="reason code -> meaning, to accept")
    amend: dict[Code, Meaning] = Field(AMEND, min_length=1, description="reason code -> meaning, to amend")
    decline: dict[Code, Meaning] = Field(DECLINE, min_length=1, description="reason code -> meaning, to decline")
    activities: dict[Code, Meaning] = Field(
        ACTIVITIES, min_length=1, description="what a visit was for; the defaults are engagement, not enforcement"
    )
    note_needed: list[Code] = Field([OTHER], description="reasons and activities that need a note in words")
    late_hours: NotNegative = Field(
        0.0,
        le=168.0,
        description="hours after a shift for importing decisions that were made within it; then what nobody answered "
        "is written down as not actioned",
    )
    late_delivery_hours: NotNegative = Field(
        72.0, le=744.0, description="hours after a shift within which its visits may still be handed in"
    )

    @model_validator(mode="after")
    def _needed_are_known(self) -> Decisions:
        known = {*self.accept, *self.amend, *self.decline, *self.activities}
        if "note_needed" in self.model_fields_set and (unknown := sorted({*self.note_needed} - known)):
            raise ValueError(f"note_needed names {unknown[0]}, which is no reason and no activity")
        return self


class Pausing(Section):
    """[pause]: who may stop publication and let it go on, and which checks stop it by themselves."""

    may_pause: list[Account] = Field([], description="accounts that may pause; empty: whoever may write the runs")
    may_resume: list[Account] = Field([], description="accounts that may resume; empty: whoever may write the runs")
    on_gates: list[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]] = Field(
        ["feedback_monitor"],
        description="checks that pause the tool when they fail in `nightly`: what is published is then withdrawn too; "
        "an alarm of `monitor` pauses at once where feedback_monitor is named",
    )
