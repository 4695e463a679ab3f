"""Whether reported crime moved, from the log and the city's records; without a log or a draw it is not measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from tests.logs import good_row, write_log
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Settings
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.load.city import load_city
from patrolcast.runs.outcomes.drawn_cells import Drawn, effect_on_reports


def with_log(root: Path, rows: list[dict[str, str]]) -> Settings:
    """The city in ``root`` with a log of its own."""
    config = root / "configs" / "tiny.toml"
    write_log(root / "data" / "log.csv", rows)
    if "[monitor]" not in config.read_text():
        config.write_text(config.read_text() + '\n[monitor]\nlog = "../data/log.csv"\n')
    return read_settings(config).settings


def asked(settings: Settings, *, look: int = 1, pauses: Sequence[tuple[datetime, datetime | None]] = ()) -> Drawn:
    runs, progress = settings.city_runs(), Progress()
    return effect_on_reports(
        settings, city_runs=runs, as_of=None, now=NOW, look=lambda _: look, pauses=pauses, progress=progress
    )


def drawn_rows(settings: Settings, *, propensity: str = "0.5") -> list[dict[str, str]]:
    """Sixty shifts of eight hours before as_of; of four busy cells two are drawn, without regard to what happened."""
    import h3

    city = load_city(settings, as_of=None, now=NOW)
    reports = city.tables.incidents.table
    at = [h3.latlng_to_cell(y, x, 8) for x, y in zip(reports["longitude"], reports["latitude"], strict=True)]
    cells = pd.Series(at).value_counts().index[:4]
    rng, rows = np.random.default_rng(4), []
    for k in range(60):
        start = pd.Timestamp("2026-02-25T12:00:00Z") - pd.Timedelta(hours=8 * k)
        chosen = set(rng.permutation(cells)[:2])
        for cell in cells:
            role = "suggested" if cell in chosen else "comparison"
            visits = {} if role == "suggested" else {"suggested_visits": "0", "suggested_minutes": "0"}
            rows.append(
                good_row(
                    cell,
                    **visits,
                    suggestion_id=f"{start:%Y%m%dT%H%MZ}-{cell}",
                    shift_start=f"{start:%Y-%m-%dT%H:%M:%SZ}",
                    shift_end=f"{start + pd.Timedelta(hours=8):%Y-%m-%dT%H:%M:%SZ}",
                    role=role,
                    propensity=propensity,
                )
            )
    return rows


def test_incidents_are_counted_by_what_was_drawn(tmp_path: Path) -> None:
    plain = read_settings(write_city(tmp_path)).settings
    settings = with_log(tmp_path, drawn_rows(plain))
    effect = asked(settings).effect
    assert effect is not None
    assert (effect.n_shifts, effect.n_rows) == (60, 240)
    assert sum(effect.incidents) > 10
    assert effect.difference[1] <= 0.0 <= effect.difference[2], "nothing is planted"
    day = datetime(2026, 2, 10, tzinfo=UTC)
    pauses = [(day.replace(hour=13), day.replace(hour=14)), (day.replace(day=25), None)]
    later = asked(settings, look=3, pauses=pauses)
    assert later.effect is not None
    assert later.effect.n_shifts == 56, "a shift that a pause touches is none in which the tool was used"
    assert (later.look, len(later.sha256)) == (3, 64)
    assert later.effect.smallest > 1.1 * effect.smallest, "each further look asks for more"
    certain = with_log(tmp_path, drawn_rows(plain, propensity="1"))
    assert asked(certain) == Drawn(None, "no place was drawn by lot, and a ranking cannot show an effect")


def test_without_a_log_nothing_is_measured(tmp_path: Path) -> None:
    assert asked(read_settings(write_city(tmp_path)).settings) == Drawn(None, "there is no dosage log yet")


def test_shifts_that_were_not_over_are_left_out(tmp_path: Path) -> None:
    plain = read_settings(write_city(tmp_path)).settings
    settings = with_log(tmp_path, drawn_rows(plain))
    found = effect_on_reports(
        settings,
        city_runs=settings.city_runs(),
        as_of="2026-02-06T00:00:00Z",
        now=NOW,
        look=lambda _: 1,
        progress=Progress(),
    )
    assert found.effect is None
    assert found.reason
