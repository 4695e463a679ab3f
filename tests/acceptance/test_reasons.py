"""Every count that a reason prints is held against the incidents themselves, counted by other code."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import h3
import pandas as pd
from tests.acceptance.conftest import CONFIG, Sample

from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.load.city import load_city

NUMBER = r"([\d,]+)"
FORMS = {
    "recent": rf"More than usual: {NUMBER} reports? of .* here in the past 4 weeks",
    "year": rf"^{NUMBER} reports? of .* here in the past year",
    "in_slot": rf"here in the past year, (?:about )?{NUMBER} of them between",
    "also_recent": rf"and {NUMBER} in the past 4 weeks",
    "next_door": rf"^{NUMBER} reports? of .* in the places next to it",
}


def printed(reasons: str) -> dict[str, int]:
    """Each count that a row's reasons print, by what it counts."""
    found = {}
    for text in reasons.split("; "):
        for name, form in FORMS.items():
            if (match := re.search(form, text)) is not None:
                found[name] = int(match[1].replace(",", ""))
        if "all of them between" in text:
            found["in_slot"] = found["year"]
    return found


def test_every_printed_count_is_that_of_the_incidents(sample: Sample) -> None:
    settings = read_settings(CONFIG).settings
    city = load_city(settings, as_of=sample.manifest["as_of"], now=datetime.now(UTC))
    zone, resolution = settings.area.timezone, settings.area.resolution
    table = city.tables.incidents.table
    local = table["occurred_at"].dt.tz_convert(zone)
    starts = sorted(int(start[:2]) * 60 + int(start[3:]) for start in settings.shifts.starts)
    minute = local.dt.hour * 60 + local.dt.minute
    slot = minute.map(lambda m: max((i for i, start in enumerate(starts) if start <= m), default=len(starts) - 1))
    begun = local.dt.normalize() - pd.to_timedelta((minute < starts[0]).astype(int), unit="D")
    begun += pd.to_timedelta(slot.map(dict(enumerate(starts))), unit="min")
    as_of = pd.Timestamp(sample.manifest["as_of"])
    incidents = pd.DataFrame({
        "cell": [h3.latlng_to_cell(*at, resolution) for at in zip(table["latitude"], table["longitude"], strict=True)],
        "category": table["category"].astype(str).to_numpy(),
        "slot": slot.to_numpy(),
        "age": ((as_of - begun) / pd.Timedelta(days=1)).to_numpy(),
    })  # fmt: skip
    year = incidents[incidents["age"] <= 365]
    n = 0
    rows = pd.read_csv(sample.folder / "suggestions.csv", parse_dates=["shift_start"])
    for row in rows.itertuples():
        of = year[year["category"] == row.category]
        here, around = of[of["cell"] == row.cell], of[of["cell"].isin(set(h3.grid_disk(row.cell, 1)) - {row.cell})]
        hour = row.shift_start.tz_convert(zone)
        mine = starts.index(hour.hour * 60 + hour.minute)
        truth = {
            "recent": int((here["age"] <= 28).sum()), "also_recent": int((here["age"] <= 28).sum()),
            "year": len(here), "in_slot": int((here["slot"] == mine).sum()), "next_door": len(around),
        }  # fmt: skip
        counts = printed(row.reasons)
        assert counts == {name: truth[name] for name in counts}, row.reasons
        assert counts
        n += len(counts)
    assert n > len(rows)


def test_the_likeliest_category_is_the_one_with_the_most_expected_incidents(sample: Sample) -> None:
    rows = pd.read_csv(sample.folder / "suggestions.csv")
    assert (rows["likeliest"] == rows["expected_by_category"].str.split(" ").str[0]).all()
    assert (rows["likeliest"] != rows["category"]).any()
    page = (sample.folder / "briefing.html").read_text()
    printed = rows[rows["visits"] > 0]  # places for comparison get no patrol and no line on the page
    assert page.count("is more likely") == int((printed["likeliest"] != printed["category"]).sum())
    assert "each kind counted by the weight your agency set" in page


def test_no_reason_lowers_and_none_speaks_of_the_model(sample: Sample) -> None:
    texts = pd.read_csv(sample.folder / "suggestions.csv")["reasons"]
    assert not texts.str.contains("lower|raises|average|%|model").any()
    assert (texts.str.split("; ").str.len() <= 2).all()
