"""The metrics file: Prometheus' format, escaped by its own library; whole or the old one; never inside a run."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from patrolcast.domain.errors import CannotWriteError
from patrolcast.io.signals.metrics_file import Metric, metrics_bytes, write_metrics_file

WRITTEN = """\
# HELP patrolcast_a_seconds How long.
# TYPE patrolcast_a_seconds gauge
patrolcast_a_seconds{city="tiny"} 1.5
# HELP patrolcast_gates By verdict.
# TYPE patrolcast_gates gauge
patrolcast_gates{city="tiny",verdict="pass"} 13.0
patrolcast_gates{city="tiny",verdict="warn"} 1.0
"""


def test_figures_are_written_with_help_type_and_city_and_one_without_a_value_is_left_out() -> None:
    metrics = [
        Metric("patrolcast_a_seconds", "How long.", {"": 1.5}),
        Metric("patrolcast_b", "Not known.", {}),
        Metric("patrolcast_gates", "By verdict.", {"pass": 13, "warn": 1}, "verdict"),
    ]
    assert metrics_bytes(metrics, city="tiny").decode() == WRITTEN


def test_a_label_cannot_end_its_quotes() -> None:
    data = metrics_bytes([Metric("patrolcast_rows", "Rows.", {'a"} 1\nevil{x="': 2}, "outcome")], city="tiny").decode()
    [family] = text_string_to_metric_families(data)
    assert [sample.labels["outcome"] for sample in family.samples] == ['a"} 1\nevil{x="']


def test_a_file_is_swapped_whole_and_its_folder_made(tmp_path: Path) -> None:
    path = tmp_path / "metrics" / "tiny.prom"
    for data in (b"a 1\n", b"a 2\n"):
        write_metrics_file(path, data, city="tiny")
        assert path.read_bytes() == data
    assert [one.name for one in path.parent.iterdir()] == ["tiny.prom"], "nothing may be left aside"


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_metrics_file(tmp_path / "tiny.prom", b"a 1\n", city="tiny")

    def refuse(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(CannotWriteError, match="No space left on device"):
        write_metrics_file(path, b"a 2\n", city="tiny")
    assert path.read_bytes() == b"a 1\n"


@pytest.mark.parametrize("inner", ["", "model", "audit/deep"])
def test_a_file_inside_a_run_folder_is_refused(tmp_path: Path, inner: str) -> None:
    run = tmp_path / "20260301T1100Z-tiny-00000001"
    (run / inner).mkdir(parents=True)
    (run / "manifest.json").write_text("{}")
    (tmp_path / "current").symlink_to(run.name)
    with pytest.raises(CannotWriteError, match="got a folder of a run; a run is never changed; name another folder"):
        write_metrics_file(tmp_path / "current" / inner / "tiny.prom", b"a 1\n", city="tiny")
    assert not list(run.rglob("*.prom"))


def test_the_figures_of_another_city_are_never_written_over(tmp_path: Path) -> None:
    def of(city: str, value: int) -> bytes:
        return metrics_bytes([Metric("patrolcast_a", "A.", {"": value})], city=city)

    path = write_metrics_file(tmp_path / "all.prom", of("tiny", 1), city="tiny")
    with pytest.raises(CannotWriteError) as error:
        write_metrics_file(path, of("tiny-two", 2), city="tiny-two")
    assert str(error.value) == (
        "all.prom: got figures of another city; each city has a file of its own; name another file, or remove this one"
    )
    assert path.read_bytes() == of("tiny", 1)
    write_metrics_file(path, of("tiny", 3), city="tiny")
    assert path.read_bytes() == of("tiny", 3)
