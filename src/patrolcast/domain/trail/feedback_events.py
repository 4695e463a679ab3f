"""Events of the feedback register. What somebody wrote is detached; a reply is public for good."""

from dataclasses import dataclass
from enum import StrEnum

from patrolcast.domain.trail.events import Event


class Topic(StrEnum):
    """What an item is about."""

    FAIRNESS = "fairness"
    PLACE = "place"
    PRIVACY = "privacy"
    ACCURACY = "accuracy"
    CONDUCT = "conduct"
    OTHER = "other"


class Disposition(StrEnum):
    """What was decided on an item."""

    ADOPTED = "adopted"
    PARTLY_ADOPTED = "partly adopted"
    DECLINED = "declined"
    ANSWERED = "answered"
    FORWARDED = "forwarded"


@dataclass(frozen=True)
class FeedbackReceived(Event):
    """Somebody said something; ``day`` is when, ``form`` marks the row of a form export so that it is taken once."""

    name = "feedback.received"
    topic: str
    day: str
    form: str | None
    text: str
    run: str | None = None


@dataclass(frozen=True)
class FeedbackAnswered(Event):
    """An item got its disposition and a reply; ``item`` is the number of the entry that received it."""

    name = "feedback.answered"
    item: int
    disposition: str
    reply: str
