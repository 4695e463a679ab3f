"""The file `runs/<city>/index.html`: written whole or taken away, and which other pages of the city it may link to."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from patrolcast.io.safe_files import write_file

INDEX = "index.html"
TEST_FILES: Mapping[str, str] = {
    "comparison.html": "comparisons",
    "backtest.html": "backtests",
    "feedback.html": "simulated",
    "monitor.html": "monitored",
}
"""File of a test's page -> the folder in which its verb puts it, beside the folder of runs, below the city's name."""


def write_index_file(runs: Path, page: bytes) -> Path:
    """Swaps in the index of a city, whole.

    Raises CannotWriteError, NotPermittedError: the system refuses; the former index may still be there.
    """
    return write_file(runs / INDEX, page)


def remove_index_file(runs: Path) -> None:
    """Takes the index of a city away, and what a killed writer left of it; none is better than one that is stale."""
    for path in (runs / INDEX, *runs.glob(f".{INDEX}.*")):
        with suppress(OSError):
            path.unlink()


def folder_of_test(runs: Path, page: str) -> Path:
    """The folder in which a test's verb puts its page, beside the folder of runs; ``runs`` is the city's own."""
    city = runs.absolute()
    return city.parent.parent / TEST_FILES[page] / city.name


def pages_of_tests(runs: Path) -> dict[str, str]:
    """Pages of the city's tests that are there: file -> its link, relative to the city's folder of runs."""
    name = runs.absolute().name
    return {
        file: f"../../{quote(f'{folder}/{name}/{file}')}"
        for file, folder in TEST_FILES.items()
        if (folder_of_test(runs, file) / file).is_file()
    }
