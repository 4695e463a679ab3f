"""Events of the audit trail that the review console leaves: who came in, who may do what, what was taken away."""

from dataclasses import dataclass

from patrolcast.domain.trail.events import Event


@dataclass(frozen=True)
class SignedIn(Event):
    """An account signed in to the console; ``way``: "password", "password and code" or "directory"."""

    name = "login"
    way: str


@dataclass(frozen=True)
class LockedOut(Event):
    """Sign-in was refused for a while after too many wrong passwords; "unknown" where no such account exists."""

    name = "lockout"
    account: str
    minutes: int


@dataclass(frozen=True)
class RoleChanged(Event):
    """What an account may do was changed, or the account was made; None stands for what was not there."""

    name = "role.change"
    account: str
    changes: tuple[dict[str, str | None], ...]


@dataclass(frozen=True)
class Exported(Event):
    """A file left the console; ``what`` names it."""

    name = "export"
    what: str
    run: str | None = None


@dataclass(frozen=True)
class AccessRefused(Event):
    """Somebody asked for a page or an action that the role, district or training of the account does not allow."""

    name = "access.refused"
    page: str
    why: str
    suggestion: str | None = None


@dataclass(frozen=True)
class NoticeAcknowledged(Event):
    """A supervisor confirmed having read, for this shift, what a suggestion is and is not."""

    name = "notice.acknowledged"
    run: str
    shift_start: str


@dataclass(frozen=True)
class TrainingTaken(Event):
    """The quiz was taken; ``until`` is the day on which the right to review ends, None where it was not passed."""

    name = "training.taken"
    version: str
    right: int
    questions: int
    until: str | None


@dataclass(frozen=True)
class TrainingEnded(Event):
    """An administrator ended an account's training record before its day."""

    name = "training.ended"
    account: str


@dataclass(frozen=True)
class JobStarted(Event):
    """An analyst is about to start work in the background; what the verb does has entries of its own."""

    name = "job.start"
    job: str
    kind: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class JobStopped(Event):
    """An analyst asks a job to end before it is done."""

    name = "job.stop"
    job: str
