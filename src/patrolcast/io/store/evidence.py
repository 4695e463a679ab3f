"""Evidence stored with the configs: `configs/evidence/<name>.<kind>.json`, committed like the config it speaks for.

Where it lies follows from the project folder and the config's name, so that a run made again from its manifest finds
the same file. What is in it, and whether it still holds, its kind decides (`runs/forecast/once`).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from patrolcast.io.encode import json_bytes
from patrolcast.io.safe_files import write_file
from patrolcast.io.settings.settings_file import ConfigFile

KINDS = ("loop", "monitor", "screen")
"""Kinds of stored evidence that a run reads; each is part of a run's identity."""


def evidence_path(config: ConfigFile, kind: str) -> Path:
    """Where evidence of a kind lies, whether or not it is there."""
    name, project = config.settings.name, config.project
    if kind == "screen":
        name = config.settings.screen.stored_for or name
    of_variants = project.parent.name == "configs" and not (project / "configs").is_dir()
    folder = project.parent if of_variants else project / "configs"
    return folder / "evidence" / f"{name}.{kind}.json"


def read_evidence(config: ConfigFile, kind: str) -> dict[str, Any] | None:
    """The stored document; None when there is none, or when it cannot be read as one: both count as missing."""
    try:
        document = json.loads(evidence_path(config, kind).read_bytes())
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def write_evidence(config: ConfigFile, kind: str, document: Mapping[str, Any]) -> Path:
    """Stores a document; the file is the new one or the old one, never a part."""
    return write_file(evidence_path(config, kind), json_bytes(document))


def has_evidence(config: ConfigFile, kind: str) -> bool:
    """True where evidence of a kind is stored, whatever it says."""
    return evidence_path(config, kind).is_file()
