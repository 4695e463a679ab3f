"""Stored pages and files: only those, and only as they were made."""

from __future__ import annotations

import pytest

from patrolcast.domain.errors import DataRefusedError, UnknownError
from patrolcast.io.store import run_store
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.console.files import files_of_run, page_of_test, run_file, stored_tests


def test_what_is_there_may_be_opened_and_is_what_was_made(city: ConsoleCity) -> None:
    run = next(run_store.finished_runs(city.runs)).name
    found = files_of_run(city, run)
    assert {"briefing.html", "audit.html", "manifest.json"} <= set(found)
    for name in found:
        assert run_file(city, run, name) == (city.runs / run / name).read_bytes()
    assert list(files_of_run(city, "nothing")) == ["manifest.json"]


@pytest.mark.parametrize("name", ["timing.json", "../status.json", "model/model.txt", "", "manifest.json/..", "\0"])
def test_nothing_else_may_be_opened(name: str, city: ConsoleCity) -> None:
    run = next(run_store.finished_runs(city.runs)).name
    with pytest.raises(UnknownError, match="must be a page or file of a run"):
        run_file(city, run, name)


def test_a_file_that_was_changed_is_refused(city: ConsoleCity) -> None:
    run = next(run_store.finished_runs(city.runs)).name
    file = city.runs / run / "audit.html"
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(DataRefusedError, match=r"audit\.html"):
        run_file(city, run, "audit.html")


def test_a_page_of_a_test_is_the_citys_own(city: ConsoleCity) -> None:
    assert stored_tests(city) == {}
    with pytest.raises(UnknownError, match="page of a test"):
        page_of_test(city, "monitor.html")
    folder = city.runs.parent.parent / "monitored" / "tiny"
    folder.mkdir(parents=True)
    (folder / "monitor.html").write_bytes(b"seen")
    assert list(stored_tests(city)) == ["monitor.html"]
    assert page_of_test(city, "monitor.html") == b"seen"
