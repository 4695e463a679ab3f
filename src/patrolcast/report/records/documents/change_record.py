"""What changed since the run that was published before: config, code, features, rows, verdicts. Nothing is left out."""

from collections.abc import Iterator
from typing import Any

from patrolcast.report.records.cited.record import Listing, Part, Record
from patrolcast.report.records.cited.sources import Saying, Sources, token

_NOTHING = object()
_WATCHED = ("config", "versions", "training", "call_source")


def change_record(sources: Sources) -> Record:
    """The record; without a run published before, it says that this is the first. Needs organisation."""
    title, shape = "Changes since the last published run", "Both values of everything that is not the same."
    if not sources.has("former"):
        if sources.has("earlier"):
            template = (
                "Run <earlier:/former/run> was published before run <manifest:/run_id>; its folder is gone or is not "
                "what the audit trail states, so nothing can be compared."
            )
            return Record(
                "change_record", title, shape, (Part("gone", "The run before is gone", (sources.say(template),)),)
            )
        first = Part("first", "Nothing to compare with", (sources.say(_first(sources)),))
        return Record("change_record", title, shape, (first,))
    return Record(
        "change_record",
        title,
        shape,
        (_runs(sources), _settings(sources), _features(sources), _rows(sources), _gates(sources)),
    )


def _first(sources: Sources) -> str:
    if sources.has("trail") and sources.value("trail", ""):
        return "No run was published before run <manifest:/run_id>."
    return "The audit trail has no entry on run <manifest:/run_id>, so nobody can say what was published before it."


def _runs(sources: Sources) -> Part:
    say = sources.say
    same_code = sources.value("manifest", "/code_sha256") == sources.value("former", "/code_sha256")
    return Part(
        "runs",
        "The two runs",
        (
            say(
                "Run <former:/run_id> with data up to <former:/as_of|moment> was published before; this is "
                "run <manifest:/run_id> with data up to <manifest:/as_of|moment>."
            ),
            say(
                "The code is the same (<manifest:/code_sha256>)."
                if same_code
                else "The code changed from <former:/code_sha256> to <manifest:/code_sha256>."
            ),
        ),
    )


def _settings(sources: Sources) -> Part:
    rows = tuple(row for key in _WATCHED for row in _differences(sources, f"/{key}"))
    sentence = sources.say(
        "Settings of run <manifest:/run_id> that differ." if rows else "No setting of run <manifest:/run_id> differs."
    )
    return Part("settings", "Config, versions and training", (sentence,), grids=_table("Settings", rows))


def _differences(sources: Sources, at: str) -> Iterator[tuple[Saying, ...]]:
    """Rows of (name, before, now) for every leaf below a pointer that is not the same in both manifests."""
    before = _flat(sources.value("former", at) if sources.has("former", at) else {}, at)
    now = _flat(sources.value("manifest", at) if sources.has("manifest", at) else {}, at)
    for pointer in sorted({*before, *now}):
        if before.get(pointer, _NOTHING) != now.get(pointer, _NOTHING):
            yield (
                sources.say(f"<{'manifest' if pointer in now else 'former'}:{pointer}|path>"),
                sources.say(f"<former:{pointer}>" if pointer in before else "not set"),
                sources.say(f"<manifest:{pointer}>" if pointer in now else "not set"),
            )


def _flat(value: Any, at: str) -> dict[str, Any]:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: leaf for name, inner in value.items() for key, leaf in _flat(inner, f"{at}/{token(name)}").items()}
    return {at: value}


def _features(sources: Sources) -> Part:
    before, now = (sources.value(name, "/features") for name in ("former", "manifest"))
    points = [
        *(f"New: <manifest:/features/{n}|plain>." for n, name in enumerate(now) if name not in before),
        *(f"Gone: <former:/features/{n}|plain>." for n, name in enumerate(before) if name not in now),
    ]
    template = "<manifest:/features|length> features, <former:/features|length> before."
    return Part("features", "Features", (sources.say(template),), points=tuple(sources.say(point) for point in points))


def _rows(sources: Sources) -> Part:
    before = {source["name"]: n for n, source in enumerate(sources.value("former", "/sources"))}
    rows = tuple(
        (
            sources.say(f"<manifest:/sources/{n}/name>"),
            sources.say(
                f"<former:/sources/{before[source['name']]}/rows_in|count>"
                if source["name"] in before
                else "no such source"
            ),
            sources.say(f"<manifest:/sources/{n}/rows_in|count>"),
        )
        for n, source in enumerate(sources.value("manifest", "/sources"))
    )
    gone = tuple(
        (
            sources.say(f"<former:/sources/{n}/name>"),
            sources.say(f"<former:/sources/{n}/rows_in|count>"),
            sources.say("gone"),
        )
        for name, n in before.items()
        if name not in {source["name"] for source in sources.value("manifest", "/sources")}
    )
    return Part("rows", "Rows of the sources", grids=_table("Rows", rows + gone))


def _gates(sources: Sources) -> Part:
    before = {gate["name"]: n for n, gate in enumerate(sources.value("former", "/gates"))}
    rows = []
    for n, gate in enumerate(sources.value("manifest", "/gates")):
        old = before.get(gate["name"])
        rows.append(
            (
                sources.say(f"<manifest:/gates/{n}/name|plain>"),
                sources.say(
                    f"<former:/gates/{old}/verdict>; <former:/gates/{old}/threshold>"
                    if old is not None
                    else "not checked"
                ),
                sources.say(f"<manifest:/gates/{n}/verdict>; <manifest:/gates/{n}/threshold>"),
            )
        )
    now = {gate["name"] for gate in sources.value("manifest", "/gates")}
    rows += [
        (
            sources.say(f"<former:/gates/{old}/name|plain>"),
            sources.say(f"<former:/gates/{old}/verdict>; <former:/gates/{old}/threshold>"),
            sources.say("no longer checked"),
        )
        for name, old in before.items()
        if name not in now
    ]
    return Part("checks", "Verdicts and rules of the checks", grids=_table("Checks", tuple(rows)))


def _table(caption: str, rows: tuple[tuple[Saying, ...], ...]) -> tuple[Listing, ...]:
    return (Listing(caption, ("What", "Before", "Now"), rows),) if rows else ()
