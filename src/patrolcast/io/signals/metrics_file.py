"""Figures in Prometheus' text format, for the textfile collector of its node exporter: written aside and swapped in.

The collector reads whatever ends in ``.prom`` at any moment, so a reader must see the old file or the new one. Format
and escaping are the Prometheus project's own (`prometheus_client`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from patrolcast.domain.errors import CannotWriteError
from patrolcast.io.safe_files import write_errors, write_file
from patrolcast.io.store.run_store import MANIFEST

_CITY = re.compile(rb'city="([^"]*)"')
_MOST_READ = 100_000


@dataclass(frozen=True)
class Metric:
    """One figure, or one for each value of a label.

    Attributes
    ----------
    name : with its unit at the end, e.g. "patrolcast_run_expires_timestamp_seconds".
    help : what it says, one sentence.
    values : value of the label ``label`` -> figure; under "" where it has none.
    """

    name: str
    help: str
    values: Mapping[str, float] = field(default_factory=dict)
    label: str = ""


def metrics_bytes(metrics: Sequence[Metric], *, city: str) -> bytes:
    """The figures in text format, each with the label ``city``; one without a value is left out."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    for metric in metrics:
        if not metric.values:
            continue
        labels = ["city", metric.label] if metric.label else ["city"]
        gauge = Gauge(metric.name, metric.help, labels, registry=registry)
        for value, figure in metric.values.items():
            gauge.labels(*([city, value] if metric.label else [city])).set(figure)
    return generate_latest(registry)


def write_metrics_file(path: Path, data: bytes, *, city: str) -> Path:
    """Swaps in the metrics file of a city, whole.

    Raises CannotWriteError, NotPermittedError: the system refuses; the file would lie in a run folder, which is never
    changed; or it holds the figures of another city, which would be lost in silence.
    """
    if any((folder / MANIFEST).is_file() for folder in path.resolve().parents[:3]):
        rule = "a run is never changed"
        raise CannotWriteError(path.name, got="a folder of a run", rule=rule, cure="name another folder")
    if path.is_file():
        with write_errors(path), path.open("rb") as file:
            others = {*_CITY.findall(file.read(_MOST_READ))} - {city.encode()}
        if others:
            rule, cure = "each city has a file of its own", "name another file, or remove this one"
            raise CannotWriteError(path.name, got="figures of another city", rule=rule, cure=cure)
    return write_file(path, data)
