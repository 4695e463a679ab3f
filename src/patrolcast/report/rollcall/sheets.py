"""What stands on each roll-call sheet, in words: gathered from the run, laid out by `pages`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from patrolcast.domain.records import NOTICE, RunContext, RunResult
from patrolcast.report import words
from patrolcast.report.audit.inputs_and_gates import is_publishable, stopping_names
from patrolcast.report.rollcall.lettering import BOX, printable
from patrolcast.report.run.place_rows import district_order, shifts_with_rows

_UNPRINTABLE = f"{BOX} stands for letters that this sheet cannot print; briefing.html has the whole name."

_GAPS = " Cells that chance left out are not listed, so a rank may be missing."


@dataclass(frozen=True)
class Place:
    """One suggested place as the sheet prints it: ``rank``, position of its ``cell`` on the map, and its texts."""

    rank: int
    cell: int
    name: str
    dose: str
    listed: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One district in one shift; ``shift`` is the shift's position in the night."""

    district: str
    shift: int
    heading: str
    when: str
    summary: str
    good_until: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Standing:
    """What stands on every page of every sheet; ``banner`` is empty when the run may be used."""

    title: str
    banner: str
    notice: tuple[str, str]
    statement: str
    exceptions: tuple[str, ...]
    run_id: str


def sheets_of(result: RunResult, context: RunContext) -> list[Sheet]:
    """One sheet for each shift and district, in time and then as people count districts; those without a place too."""
    districts = sorted(set(result.cells["district"].astype(str)), key=district_order)
    gaps = _GAPS if result.exploration.on else ""
    sheets = []
    for shift in shifts_with_rows(result, context):
        listed = {district["name"]: district for district in shift["districts"]}
        ends = min(datetime.fromtimestamp(shift["end"], UTC), context.expires_at)
        for name in districts:
            here = listed.get(name, {"rows": [], "minutes": "0"})
            sheets.append(
                Sheet(
                    district=name,
                    shift=shift["id"],
                    heading=words.district(name),
                    when=shift["label"],
                    summary=_summary(len(here["rows"]), here["minutes"]) + gaps,
                    good_until=f"Good until {words.moment(ends, context.timezone)}",
                    places=tuple(_place(row) for row in here["rows"]),
                )
            )
    return sheets


def standing_of(result: RunResult, context: RunContext) -> Standing:
    """What the run says on every page of its sheets."""
    first, _, rest = NOTICE.partition(". ")
    return Standing(
        title=context.title,
        banner="" if is_publishable(result) else _banner(result, context),
        notice=(f"{first}.", rest),
        statement=context.call_source.statement,
        exceptions=tuple(map(words.exception, context.exceptions)),
        run_id=context.run_id,
    )


def _summary(places: int, minutes: str) -> str:
    if not places:
        return "No place is suggested here for this shift."
    return f"{words.sentence(words.small(places))} {'place' if places == 1 else 'places'}, {minutes} minutes in total."


def _banner(result: RunResult, context: RunContext) -> str:
    stopped = stopping_names(result, context)
    why = f"Stopped by {words.count(len(stopped), 'check')}: {', '.join(stopped)}." if stopped else ""
    return f"Not published. Do not use this sheet. {why or 'Its checks were not made.'}"


def _place(row: dict[str, Any]) -> Place:
    where = f"Area {row['area']}, {row['place']}"
    numbers = f"Expected incidents {row['expected']} ({row['interval']}), {row['rate']}."
    hidden = [_UNPRINTABLE] if BOX in printable(row["name"]) else []
    name, where = (row["name"], f"{where}.") if row["name"] else (where, "")
    remarks = [row["role"], *row["reasons"], f"{numbers} {where}".strip(), *hidden]
    return Place(
        rank=row["rank"],
        cell=row["index"],
        name=name,
        dose=row["dose"],
        listed=row["listed"],
        remarks=tuple(remark for remark in remarks if remark),
    )
