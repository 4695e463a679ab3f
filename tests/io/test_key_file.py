"""A key file lies outside the project, is plain, and says whose it is; `test_signing` and `trail/test_keys` use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.domain.errors import ConfigError
from patrolcast.io.key_file import key_file


def test_a_key_file_is_read_up_to_one_byte_more_than_it_may_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"x" * 50)
    path.chmod(0o640)
    monkeypatch.setenv("KEY", str(path))
    with key_file("KEY", tmp_path / "project", cure="make one") as file:
        assert file is not None
        assert (file.name, file.is_ours, file.is_closed, file.mode) == ("KEY: key", True, False, 0o640)
        assert file.read(40) == b"x" * 41
    path.chmod(0o600)
    with key_file("KEY", tmp_path / "project", cure="make one") as file:
        assert file is not None
        assert file.is_closed


def test_what_is_named_within_the_project_or_is_no_file_is_refused_and_nothing_named_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KEY", raising=False)
    with key_file("KEY", tmp_path, cure="make one") as file:
        assert file is None
    (tmp_path / "key").write_bytes(b"x")
    for named, project, rule in (
        ("key", tmp_path / "project", "must be an absolute path"),
        (str(tmp_path / "key"), tmp_path, "the key must lie outside the project that it guards"),
        (str(tmp_path), tmp_path / "project", "must be a plain file"),
    ):
        monkeypatch.setenv("KEY", named)
        with pytest.raises(ConfigError, match=rule), key_file("KEY", project, cure="make one"):
            pass
