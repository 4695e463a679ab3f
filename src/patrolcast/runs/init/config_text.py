"""The text of a drafted config: every key with its reason, every open question marked TODO."""

from __future__ import annotations

import os.path
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePath

import pandas as pd

from patrolcast.intake.guess_values import TimeGuess
from patrolcast.io.settings.settings_file import TODO
from patrolcast.io.sources.export_sample import DetectedExport
from patrolcast.report import words
from patrolcast.runs.init.nearby import NearbyLayers
from patrolcast.runs.init.nearby_names import NearbyNames
from patrolcast.runs.init.report_delay import maturity_days

_MEANING = {
    "occurred_at": "when it happened",
    "occurred_until": "end of the range in which it happened",
    "reported_at": "when the agency learned of it",
    "longitude": "longitude, or x",
    "latitude": "latitude, or y",
    "offence": "offence code: category and provenance come from the codebook",
    "call_source": "who started the call: officer-initiated records are set aside",
    "record_id": "record number: rows of one number are versions, the newest counts; record_means says otherwise",
    "updated_at": "when the row was last changed: of the versions of a record the newest counts",
    "count": "1 is a report, -1 takes one back",
    "status": "what became of the report: see cancelled_values",
}
_ONLY_FOUND = ("updated_at", "count", "status")
_REQUIRED = ("occurred_at", "longitude", "latitude", "offence")


def config_text(findings: Findings, *, codebook: Path, objectives: Path) -> str:
    """The drafted config as TOML; it names ``codebook`` and ``objectives``, which lie below the config's folder."""
    data_root, export = _export_path(findings.export.path, findings.out)
    beside, aims = (_escaped(file.relative_to(findings.out.parent).as_posix()) for file in (codebook, objectives))
    lines = [
        "# Drafted by `patrolcast init` from a first look at the export. Lines marked TODO are yours to decide; until",
        "# then `patrolcast check` refuses this file and names them. configs/sample.toml explains every key.",
        *([f'data_root = "{_escaped(data_root)}"    # {{data}}/... paths stand below it'] if data_root else []),
        "config_version = 1",
        f'name = "{_name(findings.out)}"',
        f'title = "{_escaped(_title(findings.out))}"    # as people read it',
        'as_of = "last-report"    # on live data: "now"',
        f'objectives = "{aims}"    # what the tool is for: unfinished, and nothing is published until it is finished',
        "",
        *_area(findings, data_root),
        "",
        *_incidents(findings, export),
        "",
        *_columns(findings),
        "",
        "[codebook]",
        f'path = "{beside}"    # drafted beside this file: rows whose `ground` says TODO are open',
        "",
        "[shifts]",
        f"starts = {_starts(findings)}    # local times; a shift ends where the next begins and may cross midnight",
        "",
        "[patrol.exploration]    # a little is left to chance, so that what patrol does can be measured",
        "half_width = 1    # a coin chooses 1 of the 2 cells around a list's end; `check` prints its price",
        '# off = "..."    # with half_width = 0: why nothing is left to chance; printed on every page',
        "",
        *_maturity(findings),
        *_residents(findings, data_root),
        "# [patrol.weights]: category = weight of one expected incident in the ranking; not named: 1.",
    ]
    return "\n".join([*lines, *_open_questions(findings), ""])


def _area(findings: Findings, data_root: str) -> list[str]:
    near = findings.nearby

    def written(layer: str) -> str:
        root = findings.export.path.parent if data_root else None
        return _escaped(_layer_path(Path(layer), findings.out, root))

    lines = [
        "[area]",
        f'boundary = "{written(near.boundary) if near.boundary else TODO}"    # where the agency patrols',
    ]
    if near.districts:
        lines.append(f'districts = "{written(near.districts)}"    # each has its own budget and its own list')
        lines.append(f'district_column = "{_escaped(near.district_column)}"    # the column that names them')
    else:
        lines.append('# districts = "..."                # polygon layer of patrol districts; without it: one district')
        lines.append('# district_column = "district"     # the column that names them')
    if near.water:
        lines.append(f'water = "{written(near.water)}"    # cells mostly under water are left out')
    hint = "where the records lie; is it the agency's?" if findings.zone else "IANA zone of the agency"
    lines.append(f'timezone = "{findings.zone or TODO}"    # {hint}')
    lines.append("resolution = 9    # H3: 9 is 0.11 km2 a cell")
    return [*lines, *_names(findings, written)]


def _names(findings: Findings, written: Callable[[str], str]) -> list[str]:
    """[[area.names]]: what was found, the preferred one first; else how one is added."""
    if not findings.names.layers:
        return [
            "# [[area.names]]    # what places are called: streets, crossings or neighborhoods; without it: codes",
            '# path = "..."      # a map layer, or a CSV of points; several blocks, the preferred one first',
            '# column = "..."    # the column that holds the name',
        ]
    lines: list[str] = []
    for layer in findings.names.layers:
        lines += ["", "[[area.names]]    # what places are called: shown beside suggestions, never counted"]
        lines += [f'path = "{written(str(layer.path))}"', f'column = "{_escaped(layer.column)}"']
        for key in ("longitude", "latitude"):
            if (stated := getattr(layer, key)) != key:
                lines.append(f'{key} = "{_escaped(stated)}"')
    return lines


def _maturity(findings: Findings) -> list[str]:
    if not findings.delays:
        return []
    late = sorted(findings.delays.items(), key=lambda item: -item[1])
    delays = ", ".join(f"{name} {days:.1f}" for name, days in late[:6])
    return [
        "[model]",
        f"maturity_days = {maturity_days(findings.delays)}    # more recent days are not used for training",
        _commented(f"# days until 95 % of the reports were known: {delays}"),
        "",
    ]


def _residents(findings: Findings, data_root: str) -> list[str]:
    """[residents] as a comment: which groups are counted is decided by a person, and without it a run can start."""
    lines = ["# [residents]: census counts by area, for the audit only; without them disparity is not measured."]
    if findings.nearby.residents:
        path, area, total, counts = findings.nearby.residents
        root = findings.export.path.parent if data_root else None
        lines += [
            f'# path = "{_layer_path(Path(path), findings.out, root)}"',
            f'# area_id = "{area or "..."}"    # column that names the area',
            *_counts_table(findings, root),
            f'# total = "{total or "..."}"    # column of all residents',
            '# vintage = "..."    # which census, and which year',
            f'# groups = {{ name = "column" }}    # columns that may be counts: {counts or "none was recognised"}',
            '# names = { name = "Name" }    # how the pages call each group; left out: its name above, with spaces',
        ]
    return [_commented(line) for line in lines]


def _counts_table(findings: Findings, root: Path | None) -> list[str]:
    """The table that holds the counts, where they are no columns of the layer."""
    if not findings.nearby.counts:
        return []
    table, area = findings.nearby.counts
    counts = f'# counts = "{_layer_path(Path(table), findings.out, root)}"    # the table that holds the counts'
    return [counts, f'# counts_area = "{_escaped(area)}"    # its column that names the area']


def _incidents(findings: Findings, path: str) -> list[str]:
    export, time = findings.export, findings.time
    lines = ["[incidents]", f'path = "{_escaped(path)}"', f'format = "{export.format}"']
    if export.format == "csv":
        check = "    # not UTF-8; check that accents come out right" if export.encoding != "utf-8" else ""
        lines += [f'delimiter = "{_escaped(export.delimiter)}"', f'encoding = "{export.encoding}"{check}']
    epsg = (
        "    # x and y are not degrees: name their system, e.g. EPSG:2271 or ESRI:102604"
        if findings.crs == TODO
        else ""
    )
    lines.append(f'crs = "{findings.crs}"{epsg}')
    if time.kind == "text" and len(time.formats) == 1:
        read = words.share(time.share)
        lines.append(f'time_format = "{_escaped(time.formats[0])}"    # read {read} of the different values')
    elif time.kind == "text":
        lines.append(f'time_format = "{TODO}"    # fits equally: {" or ".join(time.formats)}')
    elif time.kind in {"epoch", "epoch_ms"}:
        lines.append(f'time_format = "{time.kind}"    # counted since 1970-01-01T00:00Z')
    elif time.kind == "unknown":
        lines.append(f'time_format = "{TODO}"    # strptime, e.g. %m/%d/%Y %I:%M:%S %p')
    zone = "UTC" if time.kind in {"epoch", "epoch_ms"} else "local"
    question = "the times carry their own zone" if time.has_zone else "are these local times of the agency?"
    lines.append(f'time_zone = "{zone}"    # {question}')
    if "reported_at" not in findings.columns:
        lines.append("reporting_delay_hours = 24.0    # no time of report was recognised: assumed")
    if "call_source" not in findings.columns:
        why = "no column says who started a call: write why, and every page prints it"
        lines.append(f'# no_call_source = "..."    # {why}')
    if findings.first_day:
        why = "reports begin here: what occurred before is only what was reported late; check the day"
        lines.append(f'first_day = "{findings.first_day}"    # {why}')
    if findings.cancelled_values:
        named = ", ".join(f'"{_escaped(value)}"' for value in findings.cancelled_values)
        lines.append(f"cancelled_values = [{named}]    # of the column status: such reports count zero")
    return lines


def _columns(findings: Findings) -> list[str]:
    lines = ["[incidents.columns]    # columns that are not named here are never read"]
    for role, meaning in _MEANING.items():
        if role in findings.columns:
            lines.append(f'{role} = "{_escaped(findings.columns[role])}"    # {meaning}')
        elif role in _ONLY_FOUND:
            continue
        elif role in _REQUIRED:
            lines.append(f'{role} = "{TODO}"    # {meaning}')
        else:
            lines.append(f'# {role} = "..."    # {meaning}: not recognised')
    rest = [name for name in findings.columns_of_export if name not in findings.columns.values()]
    return [*lines, _commented(f"# other columns: {', '.join(rest)}")]


def _open_questions(findings: Findings) -> list[str]:
    lines = ["", "# To decide:"] if findings.undecided else []
    lines += [_commented(f"# - {item}") for item in findings.undecided]
    if findings.notes:
        lines += ["", "# To check:"] + [_commented(f"# - {item}") for item in findings.notes]
    return lines


def _starts(findings: Findings) -> str:
    return '["06:00", "14:00", "22:00"]' if findings.time.has_clock else '["00:00"]'


def _export_path(export: Path, out: Path) -> tuple[str, str]:
    """data_root ("" when the project holds the export) and the export's path as the config writes it."""
    folder, file = out.resolve().parent, export.resolve()
    if file.is_relative_to(folder.parent):
        return "", PurePath(os.path.relpath(file, folder)).as_posix()
    return PurePath(os.path.relpath(file.parent, folder)).as_posix(), f"{{data}}/{file.name}"


def _layer_path(layer: Path, out: Path, data_root: Path | None) -> str:
    if data_root is not None:
        return f"{{data}}/{layer.resolve().relative_to(data_root.resolve()).as_posix()}"
    return PurePath(os.path.relpath(layer.resolve(), out.resolve().parent)).as_posix()


def _name(out: Path) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", out.stem.lower()) if not unicodedata.combining(c))
    name = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in plain)[:40]
    return name if name[:1].isalpha() else f"city_{name}"[:40]


def _title(out: Path) -> str:
    """The file's own words, each with a capital: "bad_würz" is "Bad Würz"."""
    title_words = unicodedata.normalize("NFC", out.stem).replace("_", " ").split()
    return " ".join(word[:1].upper() + word[1:] for word in title_words)[:80] or "City"


def _escaped(text: str) -> str:
    """``text`` inside a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped)


def _commented(text: str) -> str:
    """``text`` as it may stand in a comment: one line, printable."""
    return "".join(c if c.isprintable() else " " for c in text)[:1000]


@dataclass
class Findings:
    """What a first look at an export decided, and what it left open (in words, for a person).

    Attributes
    ----------
    rows : the head of the export.
    out : the config that will be written.
    columns : role -> column of the export.
    place : middle of the records, (longitude, latitude) in degrees.
    zone : IANA zone in which the records lie, or "" where they lie in several or nowhere.
    cancelled_values : of the column drafted as status.
    first_day : day on which reports begin, where occurrences begin long before; else "".
    delays : category -> days until 95 % of its reports are known.
    nearby : map layers beside the export that were taken.
    names : layers there that say what places are called.
    """

    export: DetectedExport
    rows: pd.DataFrame
    out: Path
    columns: dict[str, str] = field(default_factory=dict)
    time: TimeGuess = field(default_factory=lambda: TimeGuess("unknown", share=0.0))
    crs: str = "EPSG:4326"
    place: tuple[float, float] | None = None
    zone: str = ""
    delays: dict[str, float] = field(default_factory=dict)
    nearby: NearbyLayers = field(default_factory=NearbyLayers)
    names: NearbyNames = field(default_factory=NearbyNames)
    cancelled_values: list[str] = field(default_factory=list)
    first_day: str = ""
    undecided: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def columns_of_export(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(str(name) for name in self.rows.columns)
