"""Evidence stored with the configs: `configs/evidence/<name>.<kind>.json`, committed like the config it speaks for.

Where it lies follows from the project folder and the config's name, so that a run made again from its manifest finds
the same file. A document is sealed: it holds the SHA-256 of its own content, and a signature where a signing key is
configured (`io/signing`). What is in it, and whether it still holds, its kind decides (`runs/*/evidence`).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import ConfigError, DataRefusedError
from patrolcast.io import hashing, signing
from patrolcast.io.encode import json_bytes
from patrolcast.io.safe_files import write_file
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.binding import BOUND_TO, NAME, extent_of, is_same_place
from patrolcast.io.strict_json import read_json

KINDS = ("loop", "monitor", "screen")
"""Kinds of stored evidence that a run reads; each is part of a run's identity."""
TITLES = {"loop": "loop test", "monitor": "look at the dosage log", "screen": "screen"}
"""What each kind is called."""
EXTENT = "extent"
"""Key of a look at a dosage log: west, south, east and north of the city that it is about."""
CONTENT, SIGNATURE = "content_sha256", "signature"
_SEAL = frozenset({CONTENT, SIGNATURE})


def evidence_path(config: ConfigFile, kind: str) -> Path:
    """Where evidence of a kind lies, whether or not it is there."""
    return evidence_folder(config) / f"{stored_name(config, kind)}.{kind}.json"


def evidence_folder(config: ConfigFile) -> Path:
    """The folder beside the configs that holds the evidence of all of them."""
    project = config.project
    of_variants = project.parent.name == "configs" and not (project / "configs").is_dir()
    return (project.parent if of_variants else project / "configs") / "evidence"


def stored_name(config: ConfigFile, kind: str) -> str:
    """Whose evidence speaks for this config: its own, but for a screen that variants share."""
    shared = config.settings.screen.stored_for if kind == "screen" else None
    return shared or config.settings.name


def read_evidence(config: ConfigFile, kind: str) -> dict[str, Any] | None:
    """The stored document; None when there is none, or when it cannot be read as one: both count as missing."""
    return stored_document(evidence_path(config, kind))


def stored_document(path: Path) -> dict[str, Any] | None:
    """The document in a file; None when there is none, or when it cannot be read as one."""
    try:
        document = read_json(path.read_bytes(), name=path.name)
    except (OSError, DataRefusedError):
        return None
    return document if isinstance(document, dict) else None


def write_evidence(config: ConfigFile, kind: str, document: Mapping[str, Any]) -> Path:
    """Stores a document under its seal; the file is the new one or the old one, never a part.

    Raises ConfigError, NotPermittedError: the signing key that is configured cannot be used.
    """
    return write_file(evidence_path(config, kind), json_bytes(sealed(config, kind, document)))


def sealed(config: ConfigFile, kind: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with the hash of its content, and signed where a key is configured."""
    content = {key: value for key, value in document.items() if key not in _SEAL}
    with_hash = {**content, CONTENT: content_sha256(content)}
    key = required_key(config)
    return with_hash if key is None else with_hash | {SIGNATURE: key.sign(_purpose(kind), with_hash[CONTENT])}


def content_sha256(document: Mapping[str, Any]) -> str:
    """SHA-256 of a document in canonical JSON, its seal aside."""
    content = {key: value for key, value in document.items() if key not in _SEAL}
    return hashing.digest(json.loads(json.dumps(content, allow_nan=False)))


def seal_fault(config: ConfigFile, kind: str, document: Mapping[str, Any], *, name: str | None = None) -> str:
    """Why the seal of stored evidence does not hold here, or an empty text: edited, unsigned, of another city.

    Raises ConfigError, NotPermittedError: the signing key that is configured cannot be used.

    Parameters
    ----------
    name : of the config whose evidence it is; None: of this config, or of the one that speaks for it.
    """
    if CONTENT not in document or not isinstance(document.get(BOUND_TO), dict):
        return "it is of an earlier form and says neither what it is bound to nor what it held"
    if document[CONTENT] != content_sha256(document):
        return "it was edited after it was measured"
    if (key := required_key(config)) is not None and (
        fault := key.fault(_purpose(kind), str(document[CONTENT]), document.get(SIGNATURE))
    ):
        return fault
    name, city = name or stored_name(config, kind), document[BOUND_TO].get(NAME)
    return "" if city == name == document.get(NAME) else f"it is of {str(city)!a:.60}, not of {name!r}"


def required_key(config: ConfigFile) -> signing.SigningKey | None:
    """The signing key, where one is configured.

    Raises ConfigError, NotPermittedError: it cannot be used, or the config asks for signed evidence and there is none.
    """
    key = signing.configured_key(config.project)
    if key is None and config.settings.publish.signed_evidence:
        rule = "evidence must be signed, and no key is named"
        cure = f"set {signing.VARIABLE} to the path of the key file"
        raise ConfigError("[publish] signed_evidence", got="true", rule=rule, cure=cure)
    return key


def looks_of_other_names(config: ConfigFile) -> list[Path]:
    """Looks at a dosage log that may be about this city under another name, in the order of their names.

    A name is a word in a config. So they are looks at a city that covers the same land, and looks whose seal does not
    hold: those may have been about any city.
    """
    of_this_name = evidence_path(config, "monitor")
    paths = [path for path in sorted(of_this_name.parent.glob("*.monitor.json")) if path != of_this_name]
    extent = extent_of(config) if paths else []
    return [path for path in paths if _may_be_of(config, path, extent)]


def _may_be_of(config: ConfigFile, path: Path, extent: list[float]) -> bool:
    look = stored_document(path)
    if look is None or seal_fault(config, "monitor", look, name=name_of_look(path)):
        return True
    return is_same_place(look.get(EXTENT), extent)


def name_of_look(path: Path) -> str:
    """The config whose look lies in a file."""
    return path.name.removesuffix(".monitor.json")


def has_evidence(config: ConfigFile, kind: str) -> bool:
    """True where evidence of a kind is stored, whatever it says."""
    return evidence_path(config, kind).is_file()


def _purpose(kind: str) -> str:
    return f"evidence: {kind}"
