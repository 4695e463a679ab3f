"""The console's own folder: a key that nobody else may read, options without a wrong key, a database by one setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from patrolcast.domain.errors import CannotWriteError, ConfigError, NotPermittedError
from patrolcast.web.state import Options, database_of, open_state, read_options, secret_key


def test_the_key_is_made_once_long_and_closed_to_others(tmp_path: Path) -> None:
    first = secret_key(tmp_path)
    assert len(first) >= 80
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert secret_key(tmp_path) == first


def test_a_key_that_others_may_read_is_refused_with_the_cure(tmp_path: Path) -> None:
    secret_key(tmp_path)
    (tmp_path / "secret.key").chmod(0o640)
    with pytest.raises(NotPermittedError) as refused:
        secret_key(tmp_path)
    assert str(refused.value) == (
        f"the console's key secret.key: got mode 640; no other account may read it; chmod 600 {tmp_path}/secret.key; "
        "delete it if others may have seen it"
    )


def test_a_key_that_was_cut_is_refused(tmp_path: Path) -> None:
    secret_key(tmp_path)
    (tmp_path / "secret.key").write_text("short")
    with pytest.raises(ConfigError, match="got 5 characters; must have 50"):
        secret_key(tmp_path)


def test_the_folder_is_closed_to_others_and_a_file_in_its_place_is_one_line(tmp_path: Path) -> None:
    open_state(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWriteError, match="the console's folder"):
        open_state(tmp_path / "file")
    with pytest.raises(CannotWriteError, match="the console's key"):
        secret_key(tmp_path / "nowhere")


def test_without_a_file_every_option_is_as_it_comes(tmp_path: Path) -> None:
    assert read_options(tmp_path) == Options()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("adress = 1", "console.toml adress: Extra inputs are not permitted; its keys: address,"),
        ('address = "http://console.example"', "must be https://HOST, without a path"),
        ('address = "https://console.example/app"', "must be https://HOST, without a path"),
        ("failures = 1000", "console.toml failures: Input should be less than or equal to 10"),
        ("second_factor = ", "must be TOML in UTF-8"),
    ],
)
def test_a_wrong_option_is_one_line_that_names_it(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "console.toml").write_text(text)
    with pytest.raises(ConfigError) as refused:
        read_options(tmp_path)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_address_is_kept_without_its_slash(tmp_path: Path) -> None:
    (tmp_path / "console.toml").write_text('address = "https://console.example:8443/"\nidle_minutes = 15\n')
    options = read_options(tmp_path)
    assert (options.address, options.idle_minutes) == ("https://console.example:8443", 15)


def test_sqlite_lies_in_the_folder_and_postgresql_comes_by_one_setting(tmp_path: Path) -> None:
    assert database_of(tmp_path, None)["NAME"] == str(tmp_path / "console.sqlite3")
    found: dict[str, Any] = database_of(tmp_path, "postgresql://me:p%40ss@db.example:5433/console")
    assert found["ENGINE"].endswith("postgresql")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("me", "p@ss", "db.example", 5433)


@pytest.mark.parametrize("address", ["mysql://a:secret@b/c", "postgresql://a:secret@b", "postgresql://[secret/c", "x"])
def test_what_is_no_database_is_refused_and_its_password_not_shown(address: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        database_of(tmp_path, address)
    assert "secret" not in str(refused.value)
    assert "must be postgresql://" in str(refused.value)
