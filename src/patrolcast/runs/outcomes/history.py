"""What the trail holds of outcomes: measures named when, counts taken in, how often somebody looked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import GovernanceError
from patrolcast.domain.outcomes.declared import Declared, identity_of
from patrolcast.domain.trail.outcome_events import OutcomesDeclared, OutcomesImported, OutcomesReported
from patrolcast.io.hashing import digest
from patrolcast.io.trail.entry import Entry


@dataclass(frozen=True)
class Named:
    """A measure as it was named first: the day (UTC), and the number of the entry."""

    id: str
    sha256: str
    day: str
    entry: int


@dataclass
class OutcomeHistory:
    """Entries of the trail about outcomes, in order; `learn` takes one more."""

    declared: list[Entry] = field(default_factory=list)
    imported: list[Entry] = field(default_factory=list)
    reported: list[Entry] = field(default_factory=list)

    def learn(self, entry: Entry) -> None:
        """Takes the next entry of the trail."""
        kinds = {OutcomesDeclared.name: self.declared, OutcomesImported.name: self.imported}
        kinds[OutcomesReported.name] = self.reported
        if entry.event in kinds:
            kinds[entry.event].append(entry)

    def named(self) -> dict[str, Named]:
        """Hash of a measure -> when it was named first."""
        found: dict[str, Named] = {}
        for entry in self.declared:
            for one in entry.body["measures"]:
                sha256 = str(one["sha256"])
                found.setdefault(sha256, Named(str(one["id"]), sha256, entry.ts_utc[:10], entry.seq))
        return found

    def first_import(self, outcome: str) -> int | None:
        """The number of the entry with which counts of an outcome came in first."""
        with_it = (e.seq for e in self.imported if any(one["outcome"] == outcome for one in e.body["months"]))
        return next(with_it, None)

    def beforehand(self, declared: Declared) -> set[str]:
        """Ids of the measures that were named, as they are now, before any count of their outcome came in."""
        named, found = self.named(), set()
        for measure in declared.measures:
            known, first = named.get(identity(declared, measure.id)), self.first_import(measure.outcome)
            if known is not None and (first is None or known.entry < first):
                found.add(measure.id)
        return found

    def withdrawn(self, declared: Declared) -> list[Named]:
        """Measures that were named before data of any kind came in and are not asked any more as they were."""
        now = {identity(declared, measure.id) for measure in declared.measures}
        first = self.imported[0].seq if self.imported else None
        return [one for one in self.named().values() if one.sha256 not in now and (first is None or one.entry < first)]

    def counts(self) -> list[str]:
        """Hashes of the counts that were taken in, in order."""
        return [str(entry.body["counts_sha256"]) for entry in self.imported]

    def look(self, data_sha256: str) -> int:
        """Which look at data this is, 1 the first; the same data looked at again is the same look."""
        seen = list(dict.fromkeys(str(entry.body["data_sha256"]) for entry in self.reported))
        return seen.index(data_sha256) + 1 if data_sha256 in seen else len(seen) + 1


def identity(declared: Declared, measure_id: str) -> str:
    """The hash of a measure with all that its value hangs on."""
    measure = next(one for one in declared.measures if one.id == measure_id)
    return digest("outcome measure", identity_of(declared, measure))


def identities(declared: Declared) -> tuple[dict[str, str], ...]:
    """Each measure with its hash, as the trail holds them."""
    return tuple({"id": one.id, "sha256": identity(declared, one.id)} for one in declared.measures)


def require_declared(history: OutcomeHistory, declared: Declared, path: Path) -> None:
    """Raises GovernanceError: the measures as they stand in the file are not on the trail."""
    known = history.named()
    unknown = [one["id"] for one in identities(declared) if one["sha256"] not in known]
    if unknown:
        raise GovernanceError(
            f"outcomes/{path.name}",
            got=f"measures that are not on the audit trail: {', '.join(unknown)}",
            rule="measures are named before their figures are seen",
            cure="run `patrolcast outcomes declare CONFIG`",
        )


def months_by_outcome(rows: list[tuple[str, str]]) -> tuple[dict[str, Any], ...]:
    """Outcome -> first and last month and how many, of pairs of both."""
    found: dict[str, set[str]] = {}
    for outcome, month in rows:
        found.setdefault(outcome, set()).add(month)
    return tuple(
        {"outcome": outcome, "first": min(months), "last": max(months), "months": len(months)}
        for outcome, months in sorted(found.items())
    )
