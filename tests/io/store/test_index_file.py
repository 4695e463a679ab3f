"""The file of a city's index: whole or gone; and which pages of tests it may link to."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.domain.errors import CannotWriteError
from patrolcast.io.store.index_file import folder_of_test, pages_of_tests, remove_index_file, write_index_file


def test_an_index_is_swapped_in_whole(tmp_path: Path) -> None:
    for page in (b"first", b"second"):
        assert write_index_file(tmp_path, page).read_bytes() == page
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_a_system_that_refuses_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "index.html").mkdir()
    with pytest.raises(CannotWriteError):
        write_index_file(tmp_path, b"page")


def test_an_index_is_taken_away_with_what_a_killed_writer_left_and_nothing_else(tmp_path: Path) -> None:
    write_index_file(tmp_path, b"page")
    (tmp_path / ".index.html.4242").write_bytes(b"ha")
    (tmp_path / "status.json").write_bytes(b"{}")
    remove_index_file(tmp_path)
    remove_index_file(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["status.json"]


def test_a_page_of_a_test_is_linked_only_where_it_is_there(tmp_path: Path) -> None:
    runs = tmp_path / "runs" / "tiny"
    runs.mkdir(parents=True)
    assert pages_of_tests(runs) == {}
    for folder, name, file in (
        ("simulated", "tiny", "feedback.html"), ("comparisons", "tiny", "comparison.html"),
        ("backtests", "other", "backtest.html"), ("monitored", "tiny", "monitor.json"),
    ):  # fmt: skip
        (tmp_path / folder / name).mkdir(parents=True)
        (tmp_path / folder / name / file).write_text("x")
    found = pages_of_tests(runs)
    assert found == {
        "comparison.html": "../../comparisons/tiny/comparison.html",
        "feedback.html": "../../simulated/tiny/feedback.html",
    }
    assert all((runs / link).is_file() for link in found.values())
    assert [folder_of_test(runs, page) / page for page in found] == [(runs / link).resolve() for link in found.values()]
