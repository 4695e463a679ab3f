"""A twin of the tiny city: the columns of its export, the marginals of its records, and none of the records."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from tests.runs.reviewed_city import copy_of

import patrolcast.runs.kit.twin as module
from patrolcast.domain.errors import DataRefusedError, GateRefusedError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store import run_store
from patrolcast.runs.kit.twin import CONFIG, RECORDS, Twin, cells_on_land, make_twin, secret_seed
from patrolcast.synthetic.plane import cells_over

RUN_ID = "r1"


def real_records(root: Path) -> pd.DataFrame:
    table = pd.read_csv(root / "data" / "incidents.csv", dtype=str)
    return table[table["source"] == "CALL"]


def made(root: Path) -> Twin:
    folder = run_store.current_run(root / "runs" / "tiny")
    assert folder is not None
    return make_twin(folder, run_store.read_manifest(folder), read_settings(root / "configs" / "tiny.toml"))


@pytest.fixture(scope="module")
def city(published_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("twin")
    copy_of(published_city, place)
    return place / "city"


@pytest.fixture(scope="module")
def twin(city: Path) -> Twin:
    return made(city)


@pytest.fixture(scope="module")
def records(twin: Twin) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(twin.files[RECORDS]), dtype=str)


def test_it_has_the_columns_of_the_export_and_about_as_many_records(city: Path, records: pd.DataFrame) -> None:
    real = real_records(city)
    assert set(records.columns) == set(next(csv.reader((city / "data" / "incidents.csv").open())))
    assert abs(len(records) / len(real) - 1) < 0.1
    share = [(table["code"] == "THEFT").mean() for table in (records, real)]
    assert abs(share[0] - share[1]) < 0.05


def shared(one: pd.DataFrame, other: pd.DataFrame, *columns: str) -> int:
    """Values of some columns that stand in both tables."""
    return len({*map(tuple, one[[*columns]].to_numpy())} & {*map(tuple, other[[*columns]].to_numpy())})


def test_no_record_of_it_has_the_place_and_moment_or_the_number_of_a_real_one(
    city: Path, records: pd.DataFrame
) -> None:
    real = real_records(city)
    assert shared(records, real, "occurred", "longitude") == shared(records, real, "number") == 0


def test_no_more_of_its_places_are_real_ones_to_a_tenth_of_a_metre_than_chance_explains(
    city: Path, records: pd.DataFrame
) -> None:
    """4,000 points drawn apart from 4,000 others on .7 km2 share .2 places of a millionth of a degree on average."""
    real = real_records(city)
    assert shared(records, real, "longitude", "latitude") <= 4
    copied = pd.concat([records, real.iloc[:5]])
    assert shared(copied, real, "longitude", "latitude") > 4, "the twin: five copies"


def test_the_same_run_has_the_same_twin(city: Path, twin: Twin) -> None:
    assert made(city) == twin


def test_the_seed_is_a_secret_of_every_record_and_not_of_the_run_id_alone() -> None:
    n = 50
    real = pd.DataFrame(
        {
            "occurred_at": pd.date_range("2026-01-01", periods=n, tz="UTC"),
            "longitude": np.linspace(0, 1, n),
            "latitude": np.linspace(1, 2, n),
            "category": "theft",
        }
    )
    seeds = {secret_seed(real, RUN_ID), secret_seed(real, "r2"), secret_seed(real.iloc[1:], RUN_ID)}
    seeds |= {secret_seed(real.assign(**{name: real[name].sample(frac=1, random_state=1).to_numpy()}), RUN_ID)
              for name in ("longitude", "occurred_at")}  # fmt: skip
    assert len(seeds) == 5


def test_a_twin_of_copied_records_is_not_handed_out(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin that must fail: a generator that hands the real records on."""
    real: list[pd.DataFrame] = []
    independent = module.draw_twin

    def copying(*given: object, draw: int, **more: object) -> pd.DataFrame:
        return real[0] if draw == 0 else independent(*given, draw=draw, **more)  # type: ignore[arg-type]

    inner = module.twin_records
    monkeypatch.setattr(module, "twin_records", lambda table, *a, **k: (real.append(table), inner(table, *a, **k))[1])
    monkeypatch.setattr(module, "draw_twin", copying)
    with pytest.raises(GateRefusedError, match=r"records equal to real ones, 100.00 % as near as copies"):
        made(city)


def test_its_config_names_no_record_log_or_machine_of_the_department(twin: Twin) -> None:
    config = tomllib.loads(twin.files[CONFIG].decode())
    assert config["name"] == "tiny-twin"
    assert config["incidents"]["path"] == "../data/incidents.csv"
    assert not {"monitor", "trail", "publish", "pause"} & set(config)
    assert all(name.startswith("twin/") for name in twin.files)
    assert "twin/data/stops.geojson" in twin.files


def test_records_that_changed_since_the_run_are_refused(published_city: Path, tmp_path: Path) -> None:
    copy_of(published_city, tmp_path)
    with (tmp_path / "city" / "data" / "incidents.csv").open("a") as file:
        file.write("X,2026-01-01 00:00:00,2026-01-01 00:10:00,-87.69,41.81,THEFT,CALL\n")
    with pytest.raises(DataRefusedError, match=r"\[incidents.path\] data/incidents.csv: got another file"):
        made(tmp_path / "city")


def test_a_sliver_of_land_holds_no_record() -> None:
    land = shapely.box(-87.70, 41.80, -87.68, 41.82)
    cells = cells_over(land, 8)
    assert 0 < len(cells_on_land([*cells, "88266452dbfffff"], land)) <= len(cells)
