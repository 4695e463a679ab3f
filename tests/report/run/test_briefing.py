"""The briefing is true to the run: rows, figures, the map, and what stops it from being used."""

from __future__ import annotations

import dataclasses
import html
import json
import re

import geopandas as gpd
import numpy as np
import pytest
import shapely
from tests.report.reader import Reader
from tests.report.run.letters import from_letters

from patrolcast.domain.exploration import ExplorationPlan
from patrolcast.domain.provenance import CallSource
from patrolcast.domain.records import NOTICE, GateVerdict, RunContext, RunResult, SourceAccount
from patrolcast.report import words
from patrolcast.report.run.briefing import briefing_page
from patrolcast.report.run.map_data import unpacked_names


@pytest.fixture(scope="module")
def briefing(result: RunResult, context: RunContext) -> Reader:
    return Reader(briefing_page(result, context))


def test_every_suggestion_of_the_map_stands_in_a_table_with_its_figures(briefing: Reader, result: RunResult) -> None:
    text = briefing.words
    for row in result.suggestions.to_dict("records"):
        assert row["cell"] in text
        expected, interval = words.with_interval(row["expected_incidents"], row["lower"], row["upper"])
        assert f"{expected} ({interval})" in text
        assert f"{row['latitude']:.4f}, {row['longitude']:.4f}" in text
    assert len([one for one in briefing.all("tr") if "data-cell" in one]) == len(result.suggestions)


def test_areas_and_tables_of_residents_are_not_counted_as_incidents(result: RunResult, context: RunContext) -> None:
    layer = SourceAccount("tracts.geojson", "ef" * 32, 100, 801, 801, {}, {}, of_incidents=False)
    export = SourceAccount("second.csv", "ef" * 32, 100, 801, 801, {}, {})
    shown = [
        briefing_page(result, dataclasses.replace(context, sources=(*context.sources, *more)))
        for more in ((), (layer,), (export,))
    ]
    assert ["84,000 incidents that citizens reported" in page for page in shown] == [True, True, False]
    assert "84,801 incidents that citizens reported" in shown[2]


def test_the_figures_of_each_row_are_those_of_its_suggestion(result: RunResult, context: RunContext) -> None:
    page = briefing_page(result, context)
    rows = re.findall(r'<tr data-cell="(\d+)">(.*?)</tr>', page, flags=re.DOTALL)
    cells = result.cells["cell"].tolist()
    shifts = result.suggestions.sort_values(["shift_start"], kind="stable")
    ordered = shifts.assign(order=shifts["district"].astype(int)).sort_values(["shift_start", "order", "rank"])
    for (index, markup), row in zip(rows, ordered.to_dict("records"), strict=True):
        text = Reader(markup).words
        assert cells[int(index)] == row["cell"]
        assert text.startswith(f"{row['rank']} {row['area']} ")
        assert f"{row['visits']} × 15 min" in text
        first = str(row["reasons"]).split("; ")[0].replace(" %", "\u00a0%")
        assert words.sentence(first) in html.unescape(markup)


def test_the_map_holds_the_sum_over_categories_of_every_cell_and_shift(result: RunResult, context: RunContext) -> None:
    page = briefing_page(result, context)
    (data,) = re.findall(r'<script type="application/json" id="map-data">(.*?)</script>', page, flags=re.DOTALL)
    shown = json.loads(data)
    assert shown["ids"] == result.cells["cell"].tolist()
    for shift, (_, part) in zip(shown["shifts"], result.forecast.groupby("shift_start"), strict=True):
        total = part.groupby("cell")["expected_incidents"].sum().reindex(shown["ids"]).to_numpy()
        np.testing.assert_allclose(from_letters(shift["values"], shown["scale"]), total, rtol=2e-3)


@pytest.mark.parametrize("verdict", [GateVerdict.FAIL, GateVerdict.NOT_MEASURED])
def test_a_stopped_run_says_so_before_anything_else(
    result: RunResult, context: RunContext, verdict: GateVerdict
) -> None:
    gate = dataclasses.replace(result.gates[0], verdict=verdict)
    stopped = dataclasses.replace(result, gates=(gate, *result.gates[1:]))
    page = briefing_page(stopped, context)
    text = Reader(page).words
    assert "Not published. Do not use this briefing." in text
    assert text.index("Not published") < text.index("Advisory only")
    assert page.count("Not published: do not use.") == page.count('<p class="sheet">')


def test_the_briefing_leaves_to_the_analyst_what_is_the_analysts(briefing: Reader) -> None:
    for heading in ("Data used and refused", "How good the forecast is", "Features used", "Training rows", "Checks of"):
        assert heading not in briefing.words.replace("Checks of this run: two passed", "")
    links = {one["href"] for one in briefing.all("a")}
    assert {"data.html", "audit.html#groups", "audit.html#checks", "data.html#intervals"} <= links


def test_the_briefing_keeps_what_a_supervisor_must_see(result: RunResult, context: RunContext) -> None:
    known = dataclasses.replace(
        context, exceptions=("A waiver holds.",), call_source=CallSource(reason="the portal leaves it out")
    )
    text = Reader(briefing_page(result, known)).words
    for part in (NOTICE, "A waiver holds.", known.call_source.statement, result.exploration.statement):
        assert part in text
    assert "Checks of this run: two passed and one warned." in text
    assert "was not measured in this run. That is not a pass." in text


def test_pages_are_the_same_bytes_twice_and_for_any_order_of_rows(result: RunResult, context: RunContext) -> None:
    order = np.random.default_rng(1).permutation(len(result.suggestions))
    shuffled = dataclasses.replace(result, suggestions=result.suggestions.iloc[order].reset_index(drop=True))
    assert briefing_page(result, context) == briefing_page(shuffled, context)


def test_a_briefing_that_ran_out_says_so_by_the_clock_of_its_reader(result: RunResult, context: RunContext) -> None:
    page = briefing_page(result, context)
    [banner] = [attributes for _, attributes in Reader(page).elements if attributes.get("id") == "expired"]
    assert "hidden" in banner, "shown by the script"
    assert banner["role"] == "alert"
    assert "Expired. Do not use this briefing. It ran out on Wednesday 1 July 2026, 06:00 CDT." in Reader(page).words
    assert f'id="ends">{context.expires_at.timestamp()}</script>' in page


def test_facts_lead_with_when_it_is_for_and_until_when(result: RunResult, context: RunContext) -> None:
    text = Reader(briefing_page(result, context)).words
    assert "Use until Wednesday 1 July 2026, 06:00 CDT" in text
    assert "Data up to Tuesday 30 June 2026, 05:00 CDT" in text
    assert "(2 hours before this was made)" in text
    without = briefing_page(result, dataclasses.replace(context, newest_report=None))
    assert "no report has a time" in without


def test_the_briefing_says_what_its_ranges_state(result: RunResult, context: RunContext) -> None:
    assert "over a few weeks like these in 80 % of cases: as many weeks" in Reader(briefing_page(result, context)).words
    mixed = (dataclasses.replace(result.intervals[0], level=0.9), *result.intervals[1:])
    text = Reader(briefing_page(dataclasses.replace(result, intervals=mixed), context)).words
    assert "over a few weeks like these: as many weeks" in text


def test_the_banner_names_the_checks_that_stopped_the_run_and_no_others(result: RunResult, context: RunContext) -> None:
    failed = dataclasses.replace(result.gates[1], verdict=GateVerdict.FAIL)
    text = Reader(briefing_page(dataclasses.replace(result, gates=(result.gates[0], failed)), context)).words
    assert "Stopped by 1 check: Calibration." in text
    assert "Its checks were not made." in Reader(briefing_page(dataclasses.replace(result, gates=()), context)).words
    assert "Not published" not in Reader(briefing_page(result, context)).words


def named(result: RunResult, names: list[str]) -> RunResult:
    """The same run with the names given in turn to its cells, and to the suggestions of those cells."""
    cells = result.cells.assign(place=[names[i % len(names)] for i in range(len(result.cells))])
    place = cells.set_index("cell")["place"].reindex(result.suggestions["cell"]).to_numpy()
    return dataclasses.replace(result, cells=cells, suggestions=result.suggestions.assign(place=place))


HOSTILE = '<img src=x onerror=alert(1)> & "Elm"'


def test_every_suggestion_is_headed_by_the_name_of_its_place(result: RunResult, context: RunContext) -> None:
    run = named(result, ["Elm St & 5th Ave, Depot", "near Oak St", "Depot", HOSTILE])
    page = briefing_page(run, context)
    rows = re.findall(r'<tr data-cell="\d+">.*?<td><b class="place">(.*?)</b>', page, flags=re.DOTALL)
    assert sorted(map(html.unescape, rows)) == sorted(run.suggestions["place"])
    assert "<img src=x" not in page
    assert "what people call the cell" in page
    assert "Your analyst can add names" not in page


def test_the_map_has_the_name_of_every_cell(result: RunResult, context: RunContext) -> None:
    run = named(result, ["Elm St & 5th Ave, Depot", "", "near Oak St", HOSTILE])
    (data,) = re.findall(
        r'<script type="application/json" id="map-data">(.*?)</script>', briefing_page(run, context), flags=re.DOTALL
    )
    assert unpacked_names(json.loads(data)["names"]) == run.cells["place"].tolist()


def test_without_names_the_page_says_who_adds_them(result: RunResult, context: RunContext) -> None:
    cure = "Your analyst can add names: layers of streets, crossings or neighborhoods."
    text = Reader(briefing_page(named(result, [""]), context)).words
    assert f"Places have no names here, only codes and coordinates. {cure}" in text
    assert cure in Reader(briefing_page(result, context)).words
    some = named(result, [*["Depot"] * (len(result.cells) - 1), ""])
    text = Reader(briefing_page(some, context)).words
    assert f"1 cell has no name: no street or neighborhood on file lies near enough. {cure}" in text
    assert "what people call the cell" in text


def test_streets_and_water_are_in_the_map_and_its_legend_only_where_there_are_any(
    result: RunResult, context: RunContext
) -> None:
    assert '<span class="swatch street"' not in briefing_page(result, context)
    street = shapely.LineString([(-87.65, 41.85), (-87.64, 41.85)])
    drawn = gpd.GeoDataFrame({"kind": ["street"]}, geometry=[street], crs=4326)
    page = briefing_page(dataclasses.replace(result, backdrop=drawn), context)
    (data,) = re.findall(r'<script type="application/json" id="map-data">(.*?)</script>', page, flags=re.DOTALL)
    assert json.loads(data)["backdrop"] == {"street": [[[-8765000, 4185000, 1000, 0]]]}
    assert '<span class="swatch street"' in page
    assert '<span class="swatch water"' not in page


@pytest.mark.parametrize("source", [CallSource(reason="the portal leaves it out"), CallSource("src", silent=True)])
def test_without_a_call_source_no_sentence_says_that_citizens_reported(
    source: CallSource, result: RunResult, context: RunContext
) -> None:
    bare = briefing_page(result, dataclasses.replace(context, call_source=source))
    assert "84,000 incidents that citizens reported" in briefing_page(result, context)
    assert "84,000 incidents; who reported them the export does not show" in bare
    assert source.statement in html.unescape(bare)
    assert not re.search(r"citizens reported|citizen-reported", bare, re.IGNORECASE)


def test_a_cell_that_the_coin_left_out_is_on_no_list_of_whoever_patrols(result: RunResult, context: RunContext) -> None:
    left_out = result.suggestions.copy()
    first = left_out.index[0]
    left_out.loc[first, ["visits", "patrol_minutes"]] = 0
    left_out.loc[first, "role"] = "comparison"
    plan = ExplorationPlan(1, best=4.0, drawn=3.9, n_shifts=3)
    page = briefing_page(dataclasses.replace(result, suggestions=left_out, exploration=plan), context)
    rows = re.findall(r'<tr data-cell="\d+">', page)
    assert len(rows) == len(result.suggestions) - 1
    assert "0 × " not in page
    assert "Price: 0.1 of the 4 incidents" in page
    assert "so a rank may be missing" in page
    bare = briefing_page(result, context)
    assert "No cell is left to chance (exploration is off)" in bare
    assert "so a rank may be missing" not in bare


def test_the_briefing_links_to_the_sheets_of_paper(result: RunResult, context: RunContext) -> None:
    (link,) = [one for one in Reader(briefing_page(result, context)).all("a") if one.get("href") == "rollcall.pdf"]
    assert link
    assert "a sheet for each district and shift" in Reader(briefing_page(result, context)).words
