"""The page of a comparison tells what is supported, and as plainly what is not; it is whole and calls nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from tests.report.reader import unlabelled

from patrolcast.domain.comparison import Comparison, Difference, Measure, Pair, Variant
from patrolcast.domain.measures import Interval
from patrolcast.domain.provenance import CallSource
from patrolcast.grid.cells import cell_polygons
from patrolcast.report.comparison.data import comparison_document
from patrolcast.report.comparison.finding import null_check
from patrolcast.report.comparison.page import comparison_page
from patrolcast.report.comparison.words import NULL, pair_sentence

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


def after(pair: Pair) -> Variant:
    """The second variant of a pair, as its differences from the base leave it."""
    made = variant(pair.second, publishable=pair.second != "enforced")
    by = {row.measure: row.interval.estimate for row in pair.differences}
    moved = {name: interval(one.estimate + by.get(name, 0.0)) for name, one in made.measured.items()}
    return replace(made, measured=moved)


def comparison(*pairs: Pair, title: str = "Tiny city") -> Comparison:
    shapes = gpd.GeoDataFrame({"cell": CELLS, "district": ["1", "1", "2"]}, geometry=cell_polygons(CELLS), crs=4326)
    variants = (variant("base"), *(after(one) for one in pairs))
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


def test_every_variant_says_how_it_is_bound() -> None:
    assert "only the declared list keeps features out" in comparison_page(comparison(pair("enforced")))


def test_a_null_comparison_with_a_winner_is_shouted() -> None:
    assert "shows no clear difference in any of 3 measures, as it should" in null_check(comparison(pair(NULL)))
    failed = comparison(pair(NULL, exposed=True))
    assert null_check(failed).startswith("Self-check FAILED")
    assert "FAILED" in comparison_page(failed)
    assert null_check(comparison(pair("enforced"))) == ""


def test_the_page_is_whole_escapes_what_it_is_said_and_calls_nobody() -> None:
    page = comparison_page(comparison(pair("enforced", hits=True), title="Tiny <script>city"))
    assert "Tiny &lt;script&gt;city" in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert "http://" not in page
    assert "https://" not in page
    assert page.count("<svg") == 3, "the frontier for desk and phone, and a map"
    assert "For comparison only: it can never be used or published" in page
    assert page.count("<main>") == 1


def sentence_of(measure: Measure, estimate: float, *, supported: bool = True) -> str:
    found = comparison(pair("enforced"))
    one = Difference(measure.name, interval(estimate, 0.02), 0.01, supported)
    only = replace(found.pairs[0], differences=(one,))
    variants = tuple(replace(v, measured=v.measured | {measure.name: interval(0.3)}) for v in found.variants)
    return pair_sentence(replace(found, measures=(measure,), variants=variants), only)


def test_calibration_and_composition_are_said_in_words() -> None:
    calibrated = replace(EXPOSED, name="log_calibration_ratio_b")
    composed = replace(EXPOSED, name="log_composition_ratio_b", against="their share of all residents")
    assert sentence_of(calibrated, 0.1) == (
        "Compared with the base (base), the “enforced” variant expects 10.5 % more incidents for each one reported "
        "where b residents live, relative to everyone else (95 % interval of the difference +8.3 to +12.7 %)."
    )
    assert "expects 9.5 % fewer incidents" in sentence_of(calibrated, -0.1)
    assert sentence_of(composed, -0.1) == (
        "Compared with the base (base), the “enforced” variant lowers the share of b residents in the most patrolled "
        "5 % of census areas by 9.5 % (95 % interval of the difference -11.3 to -7.7 %)."
    )
    assert "raises the share" in sentence_of(composed, 0.1)
    for one, name in (
        (calibrated, "calibration where b residents live"),
        (composed, "share of b residents in the most"),
    ):
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
    assert page.count('role="img" aria-label=') == 3
    assert "enforced compared with base: patrol minutes a night" in page


@pytest.mark.parametrize("change", [0.0, 3.0, -3.0, 30.0])
def test_the_map_draws_any_change(change: float) -> None:
    found = comparison(pair("enforced"))
    moved = replace(found.variants[1], minutes=found.variants[0].minutes + change)
    assert "<svg" in comparison_page(replace(found, variants=(found.variants[0], moved)))


def test_only_a_supported_difference_says_yes_and_a_small_one_says_why_not() -> None:
    found = comparison(pair("enforced", hits=True))
    small = replace(found.pairs[0].differences[2], p_holm=0.01)
    page = comparison_page(
        replace(found, pairs=(replace(found.pairs[0], differences=(*found.pairs[0].differences[:2], small)),))
    )
    rows = re.findall(
        r"<tr><th scope=\"row\">([^<]+)</th><td class=\"num\">[^<]*</td><td>[^<]*</td>.*?<td>(.*?)</td></tr>",
        unlabelled(page),
    )
    assert [(name, re.sub(r"<[^>]+>", "", verdict)) for name, verdict in rows] == [
        ("incidents caught", "&#10003; yes"),
        ("patrol where b residents live", "no"),
        ("evenness of patrol (Gini)", "no: too small to claim"),
    ]


def test_a_level_has_the_lower_end_of_its_interval_first() -> None:
    page = unlabelled(comparison_page(comparison(pair("enforced"))))
    assert '<td class="num">20.0 %<span class="under">19.0 % to 21.0 %</span></td>' in page


def test_a_comparison_without_a_call_source_claims_no_citizens_reports() -> None:
    found = comparison(pair("enforced"))
    known = comparison_page(replace(found, call_source=CallSource("source")))
    assert "Incidents are those that citizens reported." in known
    assert "No call source" not in known
    bare = comparison_page(replace(found, call_source=CallSource()))
    assert bare.index("No call source: the export") < bare.index("frontier-heading")
    assert "that citizens reported" not in bare
    assert comparison_document(found)["limits"][0].startswith("No call source: the export")
