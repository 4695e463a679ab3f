"""Stored pages and files, handed out only after their hash was compared with the manifest's."""

from patrolcast.domain.errors import UnknownError, shown
from patrolcast.io.store import run_store
from patrolcast.io.store.index_file import folder_of_test, pages_of_tests
from patrolcast.report.index.page import TEST_PAGES
from patrolcast.runs.console.city import ConsoleCity

RUN_FILES = {
    "briefing.html": "Briefing",
    "rollcall.pdf": "Roll-call sheets",
    "data.html": "Data and forecast",
    "audit.html": "Audit",
    "suggestions.csv": "Suggestions (CSV)",
    "suggestions.geojson": "Suggestions (GeoJSON)",
    "audit.json": "Audit (JSON)",
    "manifest.json": "Manifest",
}
"""What may be opened of a run -> what it is called."""


def files_of_run(city: ConsoleCity, run_id: str) -> dict[str, str]:
    """What of a run is there to open: file -> its name."""
    manifest = run_store.manifest_or_none(city.runs / run_id) or {"outputs": {}}
    there = {*manifest["outputs"], run_store.MANIFEST}
    return {file: name for file, name in RUN_FILES.items() if file in there}


def run_file(city: ConsoleCity, run_id: str, name: str) -> bytes:
    """The bytes of a file of a run.

    Raises UnknownError: it is none of those that may be opened. DataRefusedError: it was changed since the run.
    """
    known = {folder.name: folder for folder in run_store.finished_runs(city.runs)}
    if run_id not in known or name not in RUN_FILES:
        raise UnknownError("file of a run", got=shown(f"{run_id}/{name}"), rule="must be a page or file of a run")
    folder = known[run_id]
    manifest = run_store.read_manifest(folder)
    if name == run_store.MANIFEST:
        return run_store.read_or_none(folder / name) or b""
    return run_store.read_verified(folder, manifest, name)


def stored_tests(city: ConsoleCity) -> dict[str, str]:
    """Pages of the city's stored tests that are there: file -> its name."""
    return {file: TEST_PAGES[file] for file in pages_of_tests(city.runs) if file in TEST_PAGES}


def page_of_test(city: ConsoleCity, name: str) -> bytes:
    """A page of a stored test, as its verb left it.

    Raises UnknownError: there is none of that name.
    """
    if name not in stored_tests(city):
        raise UnknownError("page of a test", got=shown(name), rule="must be there")
    return run_store.read_or_none(folder_of_test(city.runs, name) / name) or b""
