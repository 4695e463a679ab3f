"""What the trail holds of outcomes: measures named when, counts taken in, how often somebody looked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import GovernanceError
from patrolcast.domain.outcomes.counts import OUTCOMES
from patrolcast.domain.outcomes.declared import Declared, identity_of
from patrolcast.domain.trail.outcome_events import OutcomesDeclared, OutcomesImported, OutcomesReported
from patrolcast.io.hashing import digest
from patrolcast.io.trail.entry import Entry
from patrolcast.runs.trail.pauses import PauseState

MOST_CONTRASTS = 37
"""What a measure of an older entry, which does not say it, is taken for: all three kinds, with twelve groups."""


@dataclass(frozen=True)
class Named:
    """A measure as it was named first: the day (UTC), and the number of the entry."""

    id: str
    sha256: str
    day: str
    entry: int


@dataclass
class OutcomeHistory:
    """Entries of the trail about outcomes, in order, and the pauses of the tool; `learn` takes one more."""

    declared: list[Entry] = field(default_factory=list)
    imported: list[Entry] = field(default_factory=list)
    reported: list[Entry] = field(default_factory=list)
    pause: PauseState = field(default_factory=PauseState)

    def learn(self, entry: Entry) -> None:
        """Takes the next entry of the trail."""
        kinds = {OutcomesDeclared.name: self.declared, OutcomesImported.name: self.imported}
        kinds[OutcomesReported.name] = self.reported
        self.pause.learn(entry)
        if entry.event in kinds:
            kinds[entry.event].append(entry)

    @property
    def pauses(self) -> list[tuple[datetime, datetime | None]]:
        """Begin and end of each pause of the tool, UTC; the end is None while it stands."""
        return [*self.pause.past, *([] if self.pause.now is None else [(self.pause.now.since, None)])]

    def named(self) -> dict[str, Named]:
        """Hash of a measure -> when it was named first."""
        first_named: dict[str, Named] = {}
        for entry in self.declared:
            for measure in entry.body["measures"]:
                sha256 = str(measure["sha256"])
                first_named.setdefault(sha256, Named(str(measure["id"]), sha256, entry.ts_utc[:10], entry.seq))
        return first_named

    def first_import(self, outcome: str) -> int | None:
        """The number of the entry with which counts of an outcome came in first."""
        with_it = (e.seq for e in self.imported if any(month["outcome"] == outcome for month in e.body["months"]))
        return next(with_it, None)

    def standing(self, outcome: str) -> dict[str, dict[str, Any]]:
        """Hash -> measure of the file as it stood on the trail when counts of an outcome came in first.

        Only the last state counts. Else whoever names a question in many ways beforehand picks the best one afterwards.
        """
        first = self.first_import(outcome)
        before = [entry for entry in self.declared if first is None or entry.seq < first]
        return {str(measure["sha256"]): measure for measure in before[-1].body["measures"]} if before else {}

    def beforehand(self, declared: Declared) -> set[str]:
        """Ids of the measures that stood, as they are now, when counts of their outcome came in first."""
        return {
            measure.id
            for measure in declared.measures
            if identity(declared, measure.id) in self.standing(measure.outcome)
        }

    def withdrawn(self, declared: Declared) -> list[Named]:
        """Measures that were named once and are not asked any more as they were."""
        now = {measure["sha256"] for measure in identities(declared)}
        return [measure for measure in self.named().values() if measure.sha256 not in now]

    def dropped_contrasts(self, declared: Declared) -> int:
        """Contrasts that stood when their counts came in and are asked no more: they were tried all the same."""
        now = {measure["sha256"] for measure in identities(declared)}
        return sum(
            int(measure.get("contrasts", MOST_CONTRASTS))
            for outcome in OUTCOMES
            if self.first_import(outcome) is not None
            for sha256, measure in self.standing(outcome).items()
            if measure.get("outcome", outcome) == outcome and sha256 not in now
        )

    def is_last_declared(self, declared: Declared) -> bool:
        """Whether the last declaration on the trail names what the file does, no more and no less."""
        last = self.declared[-1].body["measures"] if self.declared else ()
        return {str(measure["sha256"]) for measure in last} == {measure["sha256"] for measure in identities(declared)}

    def counts(self) -> list[str]:
        """Hashes of the counts that were taken in, in order."""
        return [str(entry.body["counts_sha256"]) for entry in self.imported]

    def look(self, data_sha256: str, *, at: str = "data_sha256") -> int:
        """Which look at data this is, 1 the first; the same data looked at again is the same look.

        ``at`` : the key of the entries: counts, or ``drawn_sha256`` for reported crime, whose log grows on its own.
        """
        looks = list(dict.fromkeys(str(entry.body[at]) for entry in self.reported if entry.body.get(at)))
        return looks.index(data_sha256) + 1 if data_sha256 in looks else len(looks) + 1


def identity(declared: Declared, measure_id: str) -> str:
    """The hash of a measure with all that its value hangs on."""
    measure = next(measure for measure in declared.measures if measure.id == measure_id)
    return digest("outcome measure", identity_of(declared, measure))


def identities(declared: Declared) -> tuple[dict[str, Any], ...]:
    """Each measure with its hash, as the trail holds them."""
    return tuple(
        {
            "id": measure.id,
            "sha256": identity(declared, measure.id),
            "outcome": measure.outcome,
            "contrasts": declared.n_contrasts(measure),
        }
        for measure in declared.measures
    )


def declared_sha256(declared: Declared) -> str:
    """The hash by which an import and a report name all measures as they were then."""
    return hashlib.sha256(repr(identities(declared)).encode()).hexdigest()


def require_declared(history: OutcomeHistory, declared: Declared, path: Path) -> None:
    """Raises GovernanceError: the measures as they stand in the file are not on the trail."""
    known = history.named()
    unknown = [measure["id"] for measure in identities(declared) if measure["sha256"] not in known]
    if unknown:
        raise GovernanceError(
            f"outcomes/{path.name}",
            got=f"measures that are not on the audit trail: {', '.join(unknown)}",
            rule="measures are named before their figures are seen",
            cure="run `patrolcast outcomes declare CONFIG`",
        )


def months_by_outcome(rows: list[tuple[str, str]]) -> tuple[dict[str, Any], ...]:
    """Outcome -> first and last month and how many, of pairs of both."""
    by_outcome: dict[str, set[str]] = {}
    for outcome, month in rows:
        by_outcome.setdefault(outcome, set()).add(month)
    return tuple(
        {"outcome": outcome, "first": min(months), "last": max(months), "months": len(months)}
        for outcome, months in sorted(by_outcome.items())
    )
