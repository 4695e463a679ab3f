"""The page of a comparison tells what is supported, and as plainly what is not; it is whole and calls nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pytest

from patrolcast.domain.comparison import Comparison, Difference, Measure, Pair, Variant
from patrolcast.domain.measures import Interval, unmeasured
from patrolcast.grid.cells import cell_polygons
from patrolcast.io.encode import json_bytes
from patrolcast.report.comparison.data import COLUMNS, comparison_document, comparison_table
from patrolcast.report.comparison.page import comparison_page
from patrolcast.report.comparison.words import NULL, describe_base, finding, headline, null_check, pair_sentence

HITS = Measure("hits", "accuracy", "incidents caught by the patrol budget", "share")
EXPOSED = Measure("log_exposure_ratio_b", "disparity", "patrol where a resident of b lives", "ratio", True, 0.05, "b")
GINI = Measure("gini", "disparity", "Gini coefficient", "0..1", least=0.01)
CELLS = ["892664c1a8fffff", "892664c1a8bffff", "892664c1a87ffff"]


def interval(estimate: float, half: float = 0.01) -> Interval:
    return Interval(estimate, estimate - half, estimate + half, 180, p_value=0.001)


def variant(name: str, *, publishable: bool = True, exposed: Interval | None = None) -> Variant:
    return Variant(
        name=name,
        changes="policy.<key> = True",
        config=f"{name}.toml",
        config_sha256="0" * 64,
        publishable=publishable,
        resolution=9,
        horizon_days=1,
        admitted=("reports_7d",),
        excluded={},
        measured={"hits": interval(0.2), "log_exposure_ratio_b": exposed or interval(0.3), "gini": interval(0.8)},
        minutes=np.array([60.0, 30.0, 0.0]) if publishable else np.array([30.0, 30.0, 30.0]),
        seeds=(7,),
        excess={"b": interval(0.1)},
        bound_by="no stored screen: only the declared list keeps features out",
    )


def pair(second: str, *, hits: bool = False, exposed: bool = False) -> Pair:
    return Pair(
        "base",
        second,
        (
            Difference("hits", interval(-0.02, 0.005), 0.01, hits),
            Difference("log_exposure_ratio_b", interval(0.1, 0.03), 0.01, exposed),
            Difference("gini", interval(0.001, 0.01), 0.9, supported=False),
        ),
        {},
        {"enforcement_28d": "never_in_model: <b>no</b>"},
    )


def comparison(*pairs: Pair, title: str = "Tiny city") -> Comparison:
    shapes = gpd.GeoDataFrame({"cell": CELLS, "district": ["1", "1", "2"]}, geometry=cell_polygons(CELLS), crs=4326)
    variants = (variant("base"), *(variant(one.second, publishable=one.second != "enforced") for one in pairs))
    return Comparison(
        title=title,
        timezone="America/Chicago",
        as_of="2026-03-01T11:00:00Z",
        first_night="2025-08-20",
        last_night="2026-02-15",
        n_nights=180,
        n_folds=6,
        n_incidents=1234,
        folds_sha256="f" * 64,
        measures=(HITS, EXPOSED, GINI),
        variants=variants,
        pairs=pairs,
        need_ratio={"b": interval(0.2)},
        cells=shapes,
    )


def test_a_supported_pair_says_how_much_and_for_whom_and_what_is_not_supported() -> None:
    found = comparison(pair("enforced", hits=True, exposed=True))
    assert pair_sentence(found, found.pairs[0]) == (
        "Compared with base, enforced catches 2.00 points fewer of the incidents (95 % interval -2.50 to -1.50 points) "
        "and puts 10.5 % more patrol where b residents live, relative to everyone else (95 % interval +7.3 to "
        "+13.9 %). No supported difference in concentration (Gini)."
    )
    assert finding(found) == (
        "Compared with base, enforced caught fewer incidents and changed how patrol is shared "
        "between groups of residents."
    )


def test_no_supported_difference_is_never_told_as_the_same() -> None:
    found = comparison(pair("enforced"))
    assert pair_sentence(found, found.pairs[0]) == (
        "Compared with base, enforced: no supported difference in any of 3 measures. A change of up to 13.9 % in the "
        "patrol of b residents cannot be excluded."
    )


def test_groups_that_were_not_measured_are_never_told_as_unchanged() -> None:
    found = comparison(pair("enforced", hits=True))
    bare = replace(
        found, measures=(HITS, GINI), pairs=(replace(found.pairs[0], differences=found.pairs[0].differences[:1]),)
    )
    assert finding(bare) == (
        "Of 1 variant compared with base, none caught more of the incidents and 1 caught fewer. How patrol is shared "
        "between groups of residents was not measured."
    )


def test_the_headline_of_nothing_found_says_what_cannot_be_excluded() -> None:
    found = comparison(pair("enforced"))
    assert headline(found, found.pairs[0]) == (
        "enforced: no supported difference in incidents caught or in the patrol of any group. A change of up to 13.9 % "
        "in the patrol of b residents cannot be excluded."
    )


def test_the_base_is_told_beside_the_reported_need() -> None:
    assert describe_base(comparison(pair("enforced"))) == (
        "Under base, patrol per reported incident where b residents live is 1.11 (95 % interval 1.09 to 1.12) times "
        "that of everyone else: patrol there is 1.35 (1.34 to 1.36) times as much and reported incidents are "
        "1.22 times as many."
    )
    named = replace(comparison(pair("enforced")), measures=(HITS, replace(EXPOSED, against="group_a residents"), GINI))
    assert "times that of group a residents: patrol" in describe_base(named)


def test_the_base_is_told_by_excess_and_not_by_the_largest_exposure() -> None:
    found = comparison(pair("enforced"))
    other = replace(EXPOSED, name="log_exposure_ratio_c", group="c")
    base = replace(
        found.variants[0],
        measured={**found.variants[0].measured, "log_exposure_ratio_c": interval(-0.1)},
        excess={"b": interval(0.1), "c": interval(-0.4)},  # b is patrolled most unevenly, c most beyond its reports
    )
    both = replace(
        found,
        measures=(*found.measures, other),
        variants=(base, *found.variants[1:]),
        need_ratio={"b": interval(0.2), "c": interval(0.3)},
    )
    assert describe_base(both).startswith(
        "Under base, patrol per reported incident where c residents live is 0.67 (95 %"
    )


def test_an_excess_that_may_be_none_is_told_as_such() -> None:
    found = comparison(pair("enforced"))
    base = replace(found.variants[0], excess={"b": interval(0.005)})
    told = describe_base(replace(found, variants=(base, *found.variants[1:])))
    assert told.endswith("That is not clearly different from even.")
    assert describe_base(replace(found, variants=(replace(base, excess={}), *found.variants[1:]))) == ""


def test_every_variant_says_how_it_is_bound() -> None:
    assert "only the declared list keeps features out" in comparison_page(comparison(pair("enforced")))


def test_a_null_comparison_with_a_winner_is_shouted() -> None:
    assert "shows no difference in 3 measures, as it should" in null_check(comparison(pair(NULL)))
    failed = comparison(pair(NULL, exposed=True))
    assert null_check(failed).startswith("Self-check FAILED")
    assert "FAILED" in comparison_page(failed)
    assert null_check(comparison(pair("enforced"))) == ""


def test_the_null_is_no_variant_of_the_finding() -> None:
    both = comparison(pair("enforced"), pair(NULL, exposed=True))
    assert finding(both).startswith("Compared with base, enforced")


def test_the_page_is_whole_escapes_what_it_is_told_and_calls_nobody() -> None:
    page = comparison_page(comparison(pair("enforced", hits=True), title="Tiny <script>city"))
    assert "Tiny &lt;script&gt;city" in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert "http://" not in page
    assert "https://" not in page
    assert page.count("<svg") == 2
    assert "For comparison only: it can never be used or published" in page
    assert page.count("<main>") == 1


def told(measure: Measure, estimate: float, *, supported: bool = True) -> str:
    found = comparison(pair("enforced"))
    one = Difference(measure.name, interval(estimate, 0.02), 0.01, supported)
    only = replace(found.pairs[0], differences=(one,))
    return pair_sentence(replace(found, measures=(measure,)), only)


def test_calibration_and_composition_are_told_in_words() -> None:
    calibrated = replace(EXPOSED, name="log_calibration_ratio_b")
    composed = replace(EXPOSED, name="log_composition_ratio_b", against="their share of all residents")
    assert told(calibrated, 0.1) == (
        "Compared with base, enforced expects 10.5 % more incidents for each reported where b residents live, relative "
        "to everyone else (95 % interval +8.3 to +12.7 %)."
    )
    assert "expects 9.5 % fewer incidents" in told(calibrated, -0.1)
    assert told(composed, -0.1) == (
        "Compared with base, enforced lowers the share of b residents in the most patrolled 5 % of census areas by "
        "9.5 % (95 % interval -11.3 to -7.7 %)."
    )
    assert "raises the share" in told(composed, 0.1)
    for one, name in ((calibrated, "calibration of b residents"), (composed, "share of b residents in the most")):
        assert name in comparison_page(replace(comparison(pair("enforced")), **measures_of(one)))


def measures_of(measure: Measure) -> dict[str, Any]:
    """A comparison's measures, levels and differences with one more."""
    found = comparison(pair("enforced"))
    by = Difference(measure.name, interval(0.1), 0.01, supported=False)
    return {
        "measures": (*found.measures, measure),
        "variants": tuple(replace(v, measured=v.measured | {measure.name: interval(0.1)}) for v in found.variants),
        "pairs": (replace(found.pairs[0], differences=(*found.pairs[0].differences, by)),),
    }


@pytest.mark.parametrize(
    ("margins", "said", "unsaid"),
    [
        (True, "margins of error are in the intervals", "counts are taken as exact"),
        (False, "counts are taken as exact", "margins of error are in the intervals"),
        (None, "Victims are taken to be residents", "margins of error"),
    ],
)
def test_the_page_says_whether_the_census_error_is_in_its_intervals(
    margins: bool | None, said: str, unsaid: str
) -> None:
    found = replace(comparison(pair("enforced")), census_margins=margins)
    page = comparison_page(found)
    assert said in page
    assert unsaid not in page
    assert comparison_document(found)["census_margins"] is margins


def test_the_page_names_what_is_not_compared_and_nothing_that_is() -> None:
    page = comparison_page(comparison(pair("enforced")))
    [line] = [line for line in page.splitlines() if "Not compared:" in line]
    assert "within a district" in line
    assert "calibration" not in line
    assert "most patrolled" not in line


def test_pictures_have_words_and_a_table_twin() -> None:
    page = comparison_page(comparison(pair("enforced", hits=True)))
    assert page.count('role="img" aria-label=') == 2
    assert "enforced against base: patrol minutes a night" in page


def test_what_was_not_measured_is_none_in_the_data_and_said_on_the_page() -> None:
    found = comparison(pair("enforced"))
    gap = unmeasured("too few nights")
    cut = replace(
        found,
        variants=tuple(replace(one, measured=one.measured | {"log_exposure_ratio_b": gap}) for one in found.variants),
        pairs=(replace(found.pairs[0], differences=(Difference("log_exposure_ratio_b", gap, float("nan"), False),)),),
    )
    document = json.loads(json_bytes(comparison_document(cut)))
    assert document["pairs"][0]["differences"][0]["estimate"] is None
    assert "not measured" in comparison_page(cut)


def test_the_table_has_a_row_for_each_pair_and_measure() -> None:
    table = comparison_table(comparison(pair("enforced", hits=True), pair(NULL)))
    assert tuple(table.columns) == COLUMNS
    assert len(table) == 6
    assert table["supported"].sum() == 1


@pytest.mark.parametrize("change", [0.0, 3.0, -3.0, 30.0])
def test_the_map_draws_any_change(change: float) -> None:
    found = comparison(pair("enforced"))
    moved = replace(found.variants[1], minutes=found.variants[0].minutes + change)
    assert "<svg" in comparison_page(replace(found, variants=(found.variants[0], moved)))
