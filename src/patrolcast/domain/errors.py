"""The errors a user can meet: one line each (what, got what, the rule, the cure), one exit code each.

The codes are promises to scripts (`docs/exit-codes.md`); a door (`cli`, `web`) prints ``str(error)`` and exits with
``error.exit_code``. Anything that is not a :class:`PatrolcastError` is a defect of ours and exits 70.
"""

from typing import ClassVar

DEFECT, INTERRUPTED = 70, 130
"""Exit codes of what is no :class:`PatrolcastError`: a defect of ours, and an interrupt from the keyboard."""
_LONGEST_SHOWN = 80


def shown(value: object) -> str:
    r"""A value as it may be printed: escaped, on one line, cut to 80 characters.

    >>> shown("a\nb")
    "'a\\nb'"
    """
    text = ascii(value) if isinstance(value, str) else ascii(str(value))
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


class PatrolcastError(Exception):
    """Base of all expected failures.

    Parameters
    ----------
    what : the thing that is wrong, with its place (file, line, column, section, key).
    got : what was found there; left out when it could hold personal data.
    rule : what is allowed.
    cure : what the reader can do next.

    >>> print(ConfigError("[model] seed", got="'x'", rule="must be a whole number", cure="write seed = 7"))
    [model] seed: got 'x'; must be a whole number; write seed = 7
    """

    exit_code: ClassVar[int] = DEFECT

    def __init__(self, what: str, *, got: str | None = None, rule: str | None = None, cure: str | None = None) -> None:
        self.what, self.got, self.rule, self.cure = what, got, rule, cure
        parts = [f"got {got}" if got is not None else None, rule, cure]
        stated = "; ".join(part for part in parts if part)
        super().__init__(" ".join(f"{what}: {stated}".split()) if stated else what)


class UsageError(PatrolcastError):
    """The command was called wrongly."""

    exit_code = 2


class UnknownError(UsageError):
    """A run or a suggestion of that name is not there."""


class ConfigError(PatrolcastError):
    """The configuration is wrong: file, section, key, nearest valid key."""

    exit_code = 10


class GovernanceError(PatrolcastError):
    """A required governance document is missing or incomplete."""

    exit_code = 11


class UnapprovedChangeError(PatrolcastError):
    """A threshold or policy changed without the written approval it needs."""

    exit_code = 12


class DataRefusedError(PatrolcastError):
    """A whole input file is refused."""

    exit_code = 13


class ProhibitedDataError(PatrolcastError):
    """The input holds what patrolcast never reads: data of persons, or records that may not reach the model."""

    exit_code = 14


class GateRefusedError(PatrolcastError):
    """A gate failed, crashed or is missing; nothing was published."""

    exit_code = 20


class PausedError(PatrolcastError):
    """Publication is paused."""

    exit_code = 21


class ConflictError(PatrolcastError):
    """A decision comes too late, or something else was decided meanwhile; the attempt is on the trail.

    Parameters
    ----------
    why : which conflict: "decided", "withdrawn", "expired", "shift over", "not yet", "not accepted", "budget", "place",
        "at work".
    """

    exit_code = 22

    def __init__(
        self, what: str, *, why: str = "", got: str | None = None, rule: str | None = None, cure: str | None = None
    ) -> None:
        self.why = why
        super().__init__(what, got=got, rule=rule, cure=cure)


class TrailBrokenError(PatrolcastError):
    """The audit trail is broken: a line of it is not what was written there; nothing more is appended to it."""

    exit_code = 30


class TrailTruncatedError(PatrolcastError):
    """The audit trail is shorter than a checkpoint says."""

    exit_code = 31


class TrailSignatureError(PatrolcastError):
    """A checkpoint of the audit trail is not signed as it must be."""

    exit_code = 32


class TrailIndexError(PatrolcastError):
    """The search index of the audit trail says something else than the trail."""

    exit_code = 33


class TrailClockError(PatrolcastError):
    """An entry of the audit trail is dated before the one that it follows."""

    exit_code = 34


class CannotWriteError(PatrolcastError):
    """The output cannot be written: full, read-only, not empty, another filesystem."""

    exit_code = 73


class LockedError(PatrolcastError):
    """Another run holds the lock."""

    exit_code = 75


class CannotReadError(PatrolcastError):
    """The system could not read an input or keep a promise of files: an error of the disk or of a network share."""

    exit_code = 74


class HeldTooLongError(PatrolcastError):
    """The lock is held by a run that was stopped or does not end; unlike 75 somebody must look."""

    exit_code = 76


class EndedBySignalError(PatrolcastError):
    """The system asked the run to end (SIGTERM)."""

    exit_code = 143


class Terminated(KeyboardInterrupt):
    """SIGTERM, raised where the run stands: like an interrupt, so that nothing on the way takes it for a fault."""


class NotAllowedError(PatrolcastError):
    """A person may not do that, or not in this role."""

    exit_code = 77


class NotPermittedError(PatrolcastError):
    """The operating system refused access."""

    exit_code = 77
