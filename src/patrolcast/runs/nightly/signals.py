"""What other programs are let know of a night: the metrics file and the summary for the user's command.

Both follow `status.json`, which alone says what is published. They come last and cannot fail or change a night: what
goes wrong is a line of the log. Names and units of the figures are promises (`docs/nightly.md`).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import PatrolcastError, shown
from patrolcast.domain.records import NOTICE
from patrolcast.domain.settings.keys import paths_in
from patrolcast.io.encode import json_bytes
from patrolcast.io.machine import free_bytes
from patrolcast.io.nightly_log import NightlyLog
from patrolcast.io.run_identity import portable_path
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.signals.metrics_file import Metric, metrics_bytes, write_metrics_file
from patrolcast.io.signals.summary_command import run_summary_command, words_in
from patrolcast.io.sources.databases import is_query
from patrolcast.io.store import run_store
from patrolcast.io.store.index_file import INDEX
from patrolcast.runs.forecast.publish import CURRENT

SUMMARY_VERSION = 1
MOST_MESSAGE = 1_000
_ROWS = ("kept", "set_aside", "cancelled", "refused")


@dataclass(frozen=True)
class Signals:
    """The metrics file and the summary command of a config, where it names any."""

    config: ConfigFile
    runs: Path
    journal: NightlyLog

    def show(self, status: Mapping[str, Any]) -> None:
        """Writes the metrics file by a status as `status.json` holds it; a fault is a line of the log. Never raises."""
        settings = self.config.settings
        if settings.publish.metrics is not None:
            show_metrics(settings.publish.metrics, status, self.runs, self.journal, city=settings.name)

    def ended(self, status: Mapping[str, Any], outcome: str) -> None:
        """Writes the metrics file and gives the summary to the user's command. Never raises.

        Parameters
        ----------
        outcome : "published", "finished before", "refused", "stopped", "failed" or "hung".
        """
        self.show(status)
        publishing = self.config.settings.publish
        if publishing.summary_command is None:
            return
        try:
            summary = summary_of(
                status, _manifest(self.runs, status), outcome=outcome, seconds=self.journal.seconds,
                city=self.config.settings.name, title=self.config.settings.title,
                index=portable_path((self.runs / INDEX).absolute(), self.config),
            )  # fmt: skip
            ending = run_summary_command(
                publishing.summary_command, json_bytes(summary), folder=self.config.project,
                seconds=publishing.summary_seconds, without=frozenset(_words(self.config)),
            )  # fmt: skip
        except Exception as error:
            self.journal.write("summary", "failed", error=_reason(error))
            return
        facts = {"exit_code": ending.exit_code, "seconds": ending.seconds, "output": ending.output}
        if ending.fault:
            self.journal.write("summary", "failed", error=ending.fault, **facts)
        else:
            self.journal.write("summary", "done", **facts)


def show_metrics(path: Path, status: Mapping[str, Any], runs: Path, journal: NightlyLog, *, city: str) -> None:
    """Writes a metrics file by a status; a fault is a line of the log. Never raises."""
    try:
        ended = status["last_start"].get("exit_code") is not None
        seconds = journal.seconds if ended else None
        figures = metrics_of(status, _manifest(runs, status), seconds=seconds, free=free_bytes(runs))
        write_metrics_file(path, metrics_bytes(figures, city=city), city=city)
    except Exception as error:
        journal.write("metrics", "failed", error=_reason(error))


def _manifest(runs: Path, status: Mapping[str, Any]) -> Mapping[str, Any]:
    """The manifest of the published run, which the status has found whole; nothing where none is published."""
    run_id = status.get("run_id")
    return {} if run_id is None else run_store.manifest_or_none(runs / str(run_id)) or {}


def metrics_of(
    status: Mapping[str, Any], manifest: Mapping[str, Any], *, seconds: float | None, free: int | None
) -> list[Metric]:
    """The figures by a status; a figure that is not known has no value.

    Parameters
    ----------
    manifest : of the published run; empty where none is published.
    seconds : that the start took; None while it is at work.
    free : bytes of room on the disk of the runs.
    """
    last = status["last_start"]
    code = last.get("exit_code")

    def metric(name: str, meaning: str, value: float | None) -> Metric:
        return Metric(f"patrolcast_{name}", meaning, {} if value is None else {"": value})

    verdicts = [str(gate["verdict"]) for gate in manifest.get("gates", ())]
    return [
        metric("last_start_timestamp_seconds", "When the last start began, seconds since 1970.", _moment(last, "at")),
        metric("last_start_ended", "1 when the last start has ended, else 0: at work, or killed.", code is not None),
        metric("last_start_exit_code", "Exit code of the last start; absent until it has ended.", code),
        metric("last_start_duration_seconds", "How long the last start took; absent until it has ended.", seconds),
        metric("run_published", "1 when a published run may be used now, else 0.", status.get("state") == CURRENT),
        metric("run_as_of_timestamp_seconds", "The moment the published run looks from.", _moment(status, "as_of")),
        metric("run_expires_timestamp_seconds", "When the published run ends.", _moment(status, "expires_at")),
        Metric(
            "patrolcast_run_gates", "Gates of the published run, by verdict.",
            {verdict.replace(" ", "_"): verdicts.count(verdict) for verdict in sorted(set(verdicts))}, "verdict",
        ),
        Metric("patrolcast_run_rows", "Rows of incidents of the published run.", rows_of(manifest), "outcome"),
        metric("disk_free_bytes", "Room on the disk of the runs.", free),
    ]  # fmt: skip


def summary_of(
    status: Mapping[str, Any], manifest: Mapping[str, Any], *, outcome: str, seconds: float, city: str, title: str,
    index: str,
) -> dict[str, Any]:  # fmt: skip
    """What the user's command is given: how the start ended and what is published now; no path of the machine.

    Parameters
    ----------
    index : the city's page, relative to the project.
    """
    last = status["last_start"]
    verdicts = [str(gate["verdict"]) for gate in manifest.get("gates", ())]
    return {
        "summary_version": SUMMARY_VERSION,
        "city": city,
        "title": title,
        "outcome": outcome,
        "exit_code": last.get("exit_code"),
        "message": str(last.get("message", ""))[:MOST_MESSAGE],
        "started_at": last.get("at"),
        "seconds": seconds,
        "state": status.get("state"),
        "run_id": status.get("run_id"),
        "as_of": status.get("as_of"),
        "expires_at": status.get("expires_at"),
        "fault": status.get("fault"),
        "gates": {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))},
        "rows": rows_of(manifest),
        "index": index,
        "notice": NOTICE,
    }


def rows_of(manifest: Mapping[str, Any]) -> dict[str, float]:
    """Rows of incidents by what became of them; of layers' rows none. Empty where the manifest does not say."""
    sources = [source for source in manifest.get("sources", ()) if source.get("of_incidents", True)]
    return {outcome: sum(_total(source.get(outcome, 0)) for source in sources) for outcome in _ROWS} if sources else {}


def _total(counted: object) -> int:
    """A count, or the sum of counts by reason."""
    parts: Iterable[Any] = counted.values() if isinstance(counted, Mapping) else (counted,)
    return sum(int(part) for part in parts)


def _words(config: ConfigFile) -> Iterator[str]:
    """Every text in a config, and every word of the queries that stand for its layers (`-- database: CITY_GIS`)."""
    yield from _texts(config.raw)
    for _, path in paths_in(config.settings):
        if is_query(path):
            yield from words_in(path)


def _texts(value: object) -> Iterator[str]:
    """Every text in a config: where one is the name of a variable of the environment, that holds a secret."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)


def _moment(facts: Mapping[str, Any], name: str) -> float | None:
    with suppress(KeyError, TypeError, ValueError):
        return datetime.fromisoformat(facts[name]).timestamp()
    return None


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, PatrolcastError) else f"{type(error).__name__}: {shown(error)[1:-1]}"
