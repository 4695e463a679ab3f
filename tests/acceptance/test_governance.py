"""`patrolcast governance init`: explained templates, never over what is there."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.conftest import called
from tests.runs.tiny_city import write_city


def test_it_writes_templates_and_leaves_what_is_there(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    first = called("governance", "init", config, "--governance", tmp_path / "governance")
    assert first.returncode == 0, first.stderr
    folder = tmp_path / "governance" / "tiny"
    assert {path.name for path in folder.iterdir()} >= {"organisation.toml", "usage-policy.md", "training.md"}
    (folder / "privacy.md").write_text("ours")
    again = called("governance", "init", config, "--governance", tmp_path / "governance")
    assert again.stdout.startswith("0 files written")
    assert (folder / "privacy.md").read_text() == "ours"
