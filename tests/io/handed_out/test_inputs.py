"""An input is handed out only as the run read it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.handed_out.inputs import inputs_of_run, require_inputs


def manifest_of(*paths: tuple[str, str]) -> dict[str, object]:
    sha = hashlib.sha256(b"layer").hexdigest()
    return {"inputs": [{"key": key, "path": path, "sha256": sha, "bytes": 5} for key, path in paths]}


def test_those_that_are_wanted_come_from_the_project_and_from_the_data(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "a.csv").write_bytes(b"layer")
    (tmp_path / "b.csv").write_bytes(b"layer")
    config = SimpleNamespace(project=tmp_path / "p", data_root=tmp_path)
    manifest = manifest_of(("area.boundary", "a.csv"), ("places.x", "{data}/b.csv"), ("incidents.path", "gone.csv"))
    found = inputs_of_run(config, manifest, lambda key: not key.startswith("incidents"))  # type: ignore[arg-type]
    assert found == {"a.csv": ("area.boundary", b"layer"), "{data}/b.csv": ("places.x", b"layer")}
    require_inputs(config, manifest, lambda key: not key.startswith("incidents"))  # type: ignore[arg-type]


@pytest.mark.parametrize("check", [inputs_of_run, require_inputs])
@pytest.mark.parametrize("content", [None, b"other"])
def test_one_that_is_gone_or_another_file_is_refused(
    tmp_path: Path, content: bytes | None, check: Callable[..., object]
) -> None:
    if content is not None:
        (tmp_path / "a.csv").write_bytes(content)
    config = SimpleNamespace(project=tmp_path, data_root=None)
    with pytest.raises(DataRefusedError, match=r"\[area.boundary\] a.csv: got another file than the run read, or none"):
        check(config, manifest_of(("area.boundary", "a.csv")), lambda key: True)
