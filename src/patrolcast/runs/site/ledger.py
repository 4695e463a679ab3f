"""The ledger of a city: every count that a release ever showed, public, and stated by its hash on the audit trail.

It makes differences of releases harmless: what was shown is shown again as it was. So it must not be lost: where the
trail says that there was a release, its ledger must be there.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patrolcast.audit.small_cells.ranges import InconsistentTotalsError, exposed_totals
from patrolcast.audit.small_cells.totals import Total, totals_of
from patrolcast.domain.errors import DataRefusedError, GateRefusedError
from patrolcast.domain.public.count_table import CountTable
from patrolcast.domain.trail.site_events import SitePublished
from patrolcast.io.encode import json_bytes
from patrolcast.io.store.site_store import LEDGER, read_ledger
from patrolcast.io.trail.entry import Entry

VERSION = 1


@dataclass(frozen=True)
class Ledger:
    """What was shown of a city.

    Attributes
    ----------
    land : west, south, east and north of all that was ever counted, in degrees: a boundary may grow.
    tables : each with the limit that it was made by.
    former : of every ledger before it how many tables it had, and its land: so each of them can be made again, and its
        hash compared with the audit trail.
    """

    city: str
    land: tuple[float, ...]
    tables: tuple[tuple[CountTable, int], ...] = ()
    former: tuple[tuple[int, tuple[float, ...]], ...] = ()

    @property
    def before(self) -> "Ledger | None":
        """The ledger that this one goes on from."""
        if not self.former:
            return None
        n, land = self.former[-1]
        return Ledger(self.city, land, self.tables[:n], self.former[:-1])

    @property
    def document(self) -> dict[str, Any]:
        """The same as plain values."""
        tables = [{**table.document, "least_count": least} for table, least in self.tables]
        return {
            "ledger_version": VERSION,
            "city": self.city,
            "land": list(self.land),
            "former": [[n, list(land)] for n, land in self.former],
            "tables": tables,
        }

    @property
    def data(self) -> bytes:
        """The bytes of its file."""
        return json_bytes(self.document)

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    def holds(self, table: CountTable) -> bool:
        """True where a table of the same thing and period was shown."""
        return any((shown.measure, shown.period) == (table.measure, table.period) for shown, _ in self.tables)

    def periods(self, measure: str) -> list[str]:
        """Periods of a measure that were shown."""
        return [table.period for table, _ in self.tables if table.measure == measure]

    def with_tables(self, new: Sequence[tuple[CountTable, int]], land: Sequence[float] = ()) -> "Ledger":
        """The ledger that goes on from this one; itself where nothing is new.

        Parameters
        ----------
        land : that the new tables were counted on; empty: the same.
        """
        if not new:
            return self
        former = (*self.former, (len(self.tables), self.land))
        return Ledger(self.city, _around(self.land, land), (*self.tables, *new), former)


def _around(extent: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    """The smallest extent that holds both.

    >>> _around((0, 0, 2, 2), (1, 1, 3, 3)), _around((0, 0, 2, 2), ())
    ((0, 0, 3, 3), (0, 0, 2, 2))
    """
    if len(extent) != 4 or len(other) != 4:
        return tuple(extent)
    return (min(extent[0], other[0]), min(extent[1], other[1]), max(extent[2], other[2]), max(extent[3], other[3]))


def stored_ledger(out: Path, city: str) -> Ledger | None:
    """The ledger of a city in a site. Raises DataRefusedError: it is no ledger of that city."""
    document = read_ledger(out, city)
    if document is None:
        return None
    try:
        tables = tuple((CountTable.stored(table), int(table["least_count"])) for table in document["tables"])
        land = tuple(float(edge) for edge in document["land"])
        former = tuple((int(n), tuple(float(edge) for edge in of)) for n, of in document["former"])
        ledger = Ledger(str(document["city"]), land, tables, former)
    except (KeyError, TypeError, ValueError):
        ledger = None
    if ledger is None or ledger.city != city or len(ledger.land) != 4 or document.get("ledger_version") != VERSION:
        rule, cure = "the ledger of what was shown", "put the site back from its copy"
        raise DataRefusedError(f"site: {city}/{LEDGER}", got="another form", rule=rule, cure=cure)
    return ledger


def require_known(ledger: Ledger | None, entries: Sequence[Entry], city: str) -> None:
    """Refuses to go on where the trail says that more was shown than the site at hand knows.

    Raises DataRefusedError: the ledger is missing, or is not the one of the last release.
    """
    stated = [entry for entry in entries if entry.event == SitePublished.name]
    if not stated:
        return
    last = str(stated[-1].body["ledger_sha256"])
    # A start that died after the swap left a site that is one ledger ahead of the trail.
    if ledger is not None and last in {known.sha256 for known in (ledger, ledger.before) if known is not None}:
        return
    rule = f"release {stated[-1].body['release']} is on the audit trail, and what it showed must be known"
    cure = "name the folder of the published site, or a copy of it, with --out"
    got = "no ledger" if ledger is None else "another ledger"
    raise DataRefusedError(f"site: {city}/{LEDGER}", got=got, rule=rule, cure=cure)


def require_safe(ledgers: Mapping[str, Ledger]) -> None:
    """The attack on all that was ever shown, of all cities at once.

    Raises GateRefusedError: a count below the limit could be found out, or releases contradict each other.
    """
    for limit in sorted({limit for ledger in ledgers.values() for _, limit in ledger.tables}):
        totals = [
            total
            for land, ledger in sorted(ledgers.items())
            for table, of in ledger.tables
            if of == limit
            for total in totals_of(table, land=land)
        ]
        _require_safe(totals, limit)


def _require_safe(totals: Sequence[Total], least: int) -> None:
    rule, cure = "no small count may be found out from all releases together", "nothing was written; ask for help"
    try:
        exposed = exposed_totals(totals, least)
    except InconsistentTotalsError as error:
        raise GateRefusedError("small counts of the site", got=str(error), rule=rule, cure=cure) from None
    if exposed:
        raise GateRefusedError("small counts of the site", got=exposed[0].sentence, rule=rule, cure=cure)


def share_land(extent: Sequence[float], other: Sequence[float]) -> bool:
    """True where two extents overlap at all; one that is not known counts as overlapping.

    >>> share_land([0, 0, 2, 2], [1, 1, 3, 3]), share_land([0, 0, 2, 2], [2, 0, 3, 2]), share_land([], [0, 0, 1, 1])
    (True, False, True)
    """
    if len(extent) != 4 or len(other) != 4:
        return True
    return min(extent[2], other[2]) > max(extent[0], other[0]) and min(extent[3], other[3]) > max(extent[1], other[1])
