"""The same facts for an officer, a resident and a court, as headings with lines.

A resident's explanation has no count of reports and no category: in a cell of a tenth of a square kilometre they could
point to a person. An officer's says what may not be concluded first. A court's has every hash and every exact number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from patrolcast.domain.trail.events import Published
from patrolcast.domain.trail.review_events import stated_manifest, withdrawing_pause
from patrolcast.report import words

Lines = dict[str, list[str]]


@dataclass(frozen=True)
class CellFacts:
    """What all three are made from.

    Attributes
    ----------
    cell : `explain`'s answer as plain values: place, cell, district, shifts.
    manifest : of the run; ``manifest_sha256`` is the hash of its bytes.
    limits : what the run cannot show.
    times_average : shift start -> expected incidents here over those of the average cell; None: nothing is expected.
    n_cells, n_suggested : cells of the run, and those that it suggests in any shift.
    entries : those of the trail about the run: seq, ts_utc, event, hash, manifest_sha256 or None.
    proof : of the latest publication, as a file holds it; "" where no signed checkpoint covers it.
    intervals : name of a check -> its lower and upper end, where it has an interval.
    """

    cell: Mapping[str, Any]
    manifest: Mapping[str, Any]
    manifest_sha256: str
    limits: Sequence[str]
    times_average: Mapping[str, float | None]
    n_cells: int
    n_suggested: int
    entries: Sequence[Mapping[str, Any]] = ()
    proof: str = ""
    intervals: Mapping[str, Sequence[float]] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """What people call it, else its index."""
        return str(self.cell["place"] or self.cell["cell"])

    def moment(self, key: str) -> str:
        """A moment of the manifest on the agency's clock."""
        return words.moment(datetime.fromisoformat(self.manifest[key]), self.manifest["timezone"])

    @property
    def standing(self) -> list[str]:
        """Why the run is not for use: stopped, over, not published, withdrawn or changed; empty where it is."""
        sentences = list(self.cell.get("standing", ()))
        events = [entry["event"] for entry in self.entries]
        if not any(sentence.startswith("Not published") for sentence in sentences) and Published.name not in events:
            sentences.append("The audit trail does not say that it was published. Use this run for review only.")
        if withdrawing_pause(events) is not None:
            sentences.append("A pause withdrew it. Use this run for review only.")
        if stated_manifest(self.entries) not in {None, self.manifest_sha256}:
            sentences.append("It was changed: the audit trail states another manifest. Do not use this run.")
        return sentences

    @property
    def suggested(self) -> list[Mapping[str, Any]]:
        """Shifts in which the cell was suggested."""
        return [shift for shift in self.cell["shifts"] if shift["suggested"]]


def for_officer(facts: CellFacts) -> Lines:
    """What may be relied on, and what may not."""
    lines = []
    for shift in facts.cell["shifts"]:
        rank = f"rank {shift['rank']} of {shift['cells_in_district']} in district {facts.cell['district']}"
        suggestion = (
            f"suggested, {rank}, {words.count(shift['visits'], 'visit')}, {shift['patrol_minutes']:g} minutes"
            if shift["suggested"]
            else f"not suggested, {rank}"
        )
        lines.append(f"{shift['shift']}: {suggestion}; {words.expected(shift['expected_incidents'])}")
        lines += [f"  {reason}" for reason in shift["reasons"]]
    return {
        "What it is not": [
            "It is no reason to stop, search or question anybody, and says nothing about who is there.",
            "Most visits will meet nothing. That is no error: the numbers are averages over many such shifts.",
            "What you see on the spot counts more. Declining needs no permission, only a reason.",
        ],
        f"What it says about {facts.place}": lines,
        "Until when": [
            f"It knows nothing after {facts.moment('as_of')}, and may not be used after {facts.moment('expires_at')}."
        ],
    }


def for_community(facts: CellFacts, contact: Mapping[str, str]) -> Lines:
    """What a resident is owed; ``contact`` has email, appeals, board and pause_owner."""
    n, all_shifts = len(facts.suggested), len(facts.cell["shifts"])
    shifts = words.count(all_shifts, "shift")
    first = (
        f"Patrol was advised to pass by in {n} of {shifts}. A person decides if it does."
        if n
        else f"Patrol was not advised to pass by in any of {shifts}."
    )
    times = [value for value in facts.times_average.values() if value is not None]
    compared = (
        f"At most, the forecast here is {_roughly(max(times))}."
        if times
        else "How this place compares with others was not measured."
    )
    return {
        f"About {facts.place}": [
            first,
            compared,
            f"In all, {facts.n_suggested:,} of {facts.n_cells:,} small areas were named.",
            "It says nothing about the people who live or pass here.",
            "How many reports came from here is not said. In so small an area it could point to a person.",
        ],
        "Is it fair?": [_groups(facts.manifest), "Where people report less, it sees less."],
        "What you can do": [
            f"Write to {contact['email']}. Name this run: {facts.manifest['run_id']}.",
            contact["appeals"],
            f"{contact['board']} oversees it. {contact['pause_owner']} can stop it.",
        ],
    }


_BANDS = (
    (0.5, "less than half"),
    (2.0, "between half and twice"),
    (5.0, "two to five times"),
    (10.0, "five to ten times"),
)


def _roughly(times: float) -> str:
    """In steps so wide that two runs side by side do not give away one report.

    >>> _roughly(1.1), _roughly(60.0)
    ('between half and twice that of the average place', 'more than ten times that of the average place')
    """
    band = next((name for most, name in _BANDS if times < most), "more than ten times")
    return f"{band} that of the average place"


def _groups(manifest: Mapping[str, Any]) -> str:
    verdict = next((gate["verdict"] for gate in manifest["gates"] if gate["name"] == "group_audit"), None)
    if verdict != "pass":
        return "Groups of residents were not all compared. That is not a pass."
    verdicts = [gate["verdict"] for gate in manifest["gates"] if gate["name"].startswith("group_excess_")]
    within = (
        f"For {verdicts.count('pass')} of {len(verdicts)} groups, patrol for each report is clearly within the limit."
    )
    return f"Groups of residents were compared. {within} The public audit says more."


def for_court(facts: CellFacts) -> Lines:
    """What a court or a defence needs: numbers, inputs, code, checks, the record, and how to make it again."""
    manifest = facts.manifest
    return {
        f"What run {manifest['run_id']} says about cell {facts.cell['cell']}": [
            *([facts.place] if facts.cell["place"] else []),
            *(line for shift in facts.cell["shifts"] for line in _exact(shift)),
        ],
        "What was known": [
            f"Nothing after {manifest['as_of']} was used (asked for: {manifest.get('as_of_asked', 'the same')}).",
            *(_source(source) for source in manifest["sources"]),
        ],
        "What computed it": [
            f"code SHA-256 {manifest['code_sha256']}",
            f"lock file SHA-256 {manifest.get('lock_sha256') or 'none'}",
            f"config SHA-256 {manifest['config_sha256']}, seed {manifest['seed']}",
            f"model SHA-256 {manifest['outputs'].get('model/model.txt', 'none: no model was fitted')}",
            "with " + ", ".join(f"{name} {version}" for name, version in sorted(manifest["versions"].items())),
        ],
        "What was checked": [
            f"{gate['name']}: {gate['verdict']}, value {gate['value']}{_between(facts.intervals.get(gate['name']))}, "
            f"rule: {gate['threshold']}; {gate['detail']}"
            for gate in manifest["gates"]
        ],
        "What is on record": _record(facts),
        "How to check and rebuild it": [
            f"sha256sum of manifest.json must give {facts.manifest_sha256}; it holds the hash of every other file.",
            "`python3 tools/verify_trail.py` on the folder of the trail checks it with nothing but Python.",
            f"`patrolcast reproduce {manifest['run_id']}` makes it again from the same inputs and compares every byte.",
        ],
        "What it cannot show": [*facts.limits, str(manifest["notice"])],
    }


def _between(interval: Sequence[float] | None) -> str:
    return "" if interval is None else f" ({interval[0]!r} to {interval[1]!r})"


def _exact(shift: Mapping[str, Any]) -> list[str]:
    state = "suggested" if shift["suggested"] else "not suggested"
    lines = [
        f"{shift['shift_start']}: {state}, rank {shift['rank']} of {shift['cells_in_district']}, expected incidents "
        f"{shift['expected_incidents']!r} ({shift['lower']!r} to {shift['upper']!r}), weighted {shift['score']!r}, "
        f"last suggested {shift['last_score']!r}",
        f"  by category: {', '.join(f'{name} {value!r}' for name, value in shift['expected_by_category'].items())}",
    ]
    if shift["raw_score"] is None:
        return [*lines, f"  {shift['leading']}: {shift['method']}, no model"]
    parts = ", ".join(f"{name} {value!r}" for name, value in shift["contributions"].items())
    total = f"raw score {shift['raw_score']!r} of {shift['leading']}, on the log scale, is the sum of: {parts}"
    return [*lines, f"  {total}"]


def _source(source: Mapping[str, Any]) -> str:
    parts = (f"{sum(source[key].values()):,} {key.replace('_', ' ')}" for key in ("set_aside", "cancelled", "refused"))
    rows = f"{source['rows_in']:,} rows = {source['kept']:,} used + {' + '.join(parts)}"
    return f"{source['name']}: SHA-256 {source['sha256']}, {rows}"


def _record(facts: CellFacts) -> list[str]:
    if not facts.entries:
        return ["No entry of the audit trail is about this run: nothing shows that it was made when it says."]
    lines = [
        f"entry {entry['seq']}, {entry['ts_utc']}, {entry['event']}, hash {entry['hash']}"
        f"{_agrees(entry, facts.manifest_sha256)}"
        for entry in facts.entries
    ]
    if facts.proof:
        return [*lines, "Proof that the publication stands under a signed checkpoint:", *facts.proof.splitlines()]
    return [*lines, "No signed checkpoint covers the publication: whoever could write there could have changed it."]


def _agrees(entry: Mapping[str, Any], sha256: str) -> str:
    stated = entry.get("manifest_sha256")
    if stated is None:
        return ""
    return ", states the hash of this manifest" if stated == sha256 else f", STATES ANOTHER MANIFEST: {stated}"
