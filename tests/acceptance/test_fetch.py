"""`patrolcast fetch` and `init` from an address: what a person sees, and its exit codes."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from tests.acceptance.conftest import called, patrolcast
from tests.portals import FakePortal, Reply, serving
from tests.runs.fetch.test_fetch import config_on, portal_of


def test_a_dataset_becomes_the_export_and_its_receipt(published_city: Path, tmp_path: Path) -> None:
    tiny = published_city / "configs" / "tiny.toml"
    with serving(portal_of(tiny, "socrata")) as portal:
        config = config_on(tiny, tmp_path, portal)
        done = patrolcast("fetch", config, cwd=config.parents[1])
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"fetched 80 rows of {portal.dataset} into data/portal.csv\n"
        document = json.loads(called("fetch", config, "--json", cwd=config.parents[1]).stdout)
        assert document["n_rows"] == 80
        portal.fault = lambda *_: Reply(b"<html>", headers={"Content-Type": "text/html"})
        wrong = called("fetch", config, "--quiet", cwd=config.parents[1])
    assert (wrong.returncode, wrong.stdout) == (13, "")
    assert wrong.stderr == (
        "patrolcast: portal 127.0.0.1: got an answer of 6 bytes of 'text/html' that is no JSON ('Expecting value'); "
        "must be whole JSON; open the dataset in a browser; then fetch again\n"
    )


@pytest.fixture
def town(published_city: Path) -> FakePortal:
    portal = portal_of(published_city / "configs" / "tiny.toml", "ckan")
    portal.columns.append("suspect_race")
    for row in portal.rows:
        row["suspect_race"] = "never asked for"
    return portal


def test_init_from_an_address_fetches_beside_the_config_and_drafts_it(town: FakePortal, tmp_path: Path) -> None:
    with serving(town) as portal:
        done = called("init", portal.dataset, "--out", "configs/town.toml", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        again = called("init", portal.dataset, "--out", "configs/town.toml", cwd=tmp_path)
        n_asked = len(portal.asked)
        assert (again.returncode, len(portal.asked)) == (73, n_asked)  # nothing is asked for that cannot be kept
    config = tomllib.loads((tmp_path / "configs" / "town.toml").read_text())
    assert config["incidents"]["path"] == "portal/town.csv"
    assert config["portal"] == {"dataset": portal.dataset, "leave_out": ["suspect_race"], "allow_network": False}
    assert config["incidents"]["columns"]["occurred_at"] == "occurred"
    assert (tmp_path / "configs" / "portal" / "town.csv.receipt").is_file()
    assert "never asked for" not in (tmp_path / "configs" / "portal" / "town.csv").read_text()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("socrata:10.0.0.1/abcd-2345",), "EXPORT: got 'socrata:10.0.0.1/abcd-2345'; the host must be a name"),
        (
            ("ckan:data.example.org/0a1b2c3d-0000-4000-8000-00000000000f", "--where", "x"),
            "--where: got a resource of CKAN",
        ),
        (("export.csv", "--where", "x"), "--where: got a file"),
    ],
)
def test_an_address_that_is_none_is_a_wrong_call(arguments: tuple[str, ...], line: str, tmp_path: Path) -> None:
    done = called("init", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert line in done.stderr
    assert list(tmp_path.iterdir()) == []
