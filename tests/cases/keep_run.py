"""Keeps a published run of the tiny city as this version of patrolcast writes it: for a new version, once.

python -m tests.cases.keep_run tests/cases/kept_runs/0.4.zip
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

from tests.runs.tiny_city import NOW, write_city

from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.nightly.nightly import run_night


def main(out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = run_night(read_settings(write_city(Path(folder))), now=NOW).run.folder
        runs = run.parent
        kept = [path for part in (run, runs / "published", runs / "trail") for path in sorted(part.rglob("*"))]
        with zipfile.ZipFile(out, "x", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for path in (path for path in kept if path.is_file() and path.name != ".reserve"):
                archive.write(path, path.relative_to(runs))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
