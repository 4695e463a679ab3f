"""Parts of long work, one small JSON file each, so that an interrupted start goes on where it stopped.

The name of a part holds a hash of everything that decides it; a part with that name that reads as JSON *is* the result.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from patrolcast.io.encode import json_bytes
from patrolcast.io.safe_files import replace_synced, told


def read_part(folder: Path, name: str) -> dict[str, Any] | None:
    """A part made earlier, or None; one that is damaged counts as not made."""
    try:
        found = json.loads((folder / f"{name}.json").read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def write_part(folder: Path, name: str, document: Mapping[str, Any]) -> None:
    """Stores a part whole or not at all."""
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        replace_synced(folder / f"{name}.json", json_bytes(document))


def write_page(folder: Path, name: str, data: bytes) -> Path:
    """Stores one file of the result in ``folder``, replacing an older one whole."""
    path = folder / name
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        replace_synced(path, data)
    return path
