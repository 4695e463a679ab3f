"""Plots in a browser: on a phone every word of a plot is large enough to read, whole, and clear of the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.report.audit import test_disparity as of_audit
from tests.report.backtest import test_page as of_backtest
from tests.report.city import make_context, make_result
from tests.report.comparison import test_page as of_comparison
from tests.report.feedback import test_page as of_feedback
from tests.report.monitor import test_page as of_monitor
from tests.report.test_browser import CHROMIUM, DESK, PHONE, SMALL, browser, opened

from patrolcast.domain.measures import Interval
from patrolcast.report.audit.page import audit_page
from patrolcast.report.backtest.page import backtest_page
from patrolcast.report.comparison.page import comparison_page
from patrolcast.report.feedback.page import feedback_page
from patrolcast.report.monitor.page import monitor_page

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="NO CHROMIUM: the plots were not looked at in a browser; install the package chromium"
)
__all__ = ["browser"]
LEAST_PX = 11.0
LONG = "native_hawaiian_or_other_pacific_islander"
LONG_WORDS = "Patrol makes citizens of the Native Hawaiian group report WWWWW more than the others do"

SIZES = """() => [...document.querySelectorAll("svg text")]
    .filter((one) => one.getClientRects().length && one.textContent)
    .map((one) => ({ words: one.textContent,
                     size: parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a }))"""
"""Every word of a plot that can be seen, with its size on the screen in pixels."""

PLACES = """() => [...document.querySelectorAll("svg.plot, .plots svg")].filter((one) => one.getClientRects().length)
    .map((plot) => ({ frame: plot.getBoundingClientRect().toJSON(), texts: [...plot.querySelectorAll("text")]
        .filter((one) => one.textContent)
        .map((one) => ({ words: one.textContent, box: one.getBoundingClientRect().toJSON() })) }))"""
"""Plots that can be seen, with the boxes of their words."""


def comparison_of_long_names() -> str:
    found = of_comparison.comparison(of_comparison.pair("enforced", exposed=True), of_comparison.pair("second"))
    exposed = replace(of_comparison.EXPOSED, name=f"log_exposure_ratio_{LONG}", group=LONG)
    measured = {exposed.name: of_comparison.interval(0.3)}
    variants = tuple(
        replace(one, measured=one.measured | measured, excess={LONG: of_comparison.interval(0.4)})
        for one in found.variants
    )
    measures, need = (*found.measures, exposed), {LONG: of_comparison.interval(0.01)}
    return comparison_page(replace(found, measures=measures, variants=variants, need_ratio=need))


def comparison_of_variants_close_together() -> str:
    """Nine marks as in a large city: seven on a heap, one far to the left, one near the level of reported need."""
    found = of_comparison.comparison(*(of_comparison.pair(f"variant_{k}") for k in range(2, 10)))
    at = [(0.118 + 0.0004 * (k % 4), 0.60 + 0.01 * (k % 3)) for k in range(7)] + [(0.098, 0.6), (0.121, 0.25)]
    variants = tuple(
        replace(one, measured=one.measured | {
            "hits": Interval(hits, hits - 0.004, hits + 0.004, 60),
            "log_exposure_ratio_b": Interval(up, up - 0.05, up + 0.05, 60),
        })
        for one, (hits, up) in zip(found.variants, at, strict=True)
    )  # fmt: skip
    return comparison_page(replace(found, variants=variants))


def backtest_of_long_names() -> str:
    names = (LONG, "criminal_damage_to_property_of_any_kind")
    return backtest_page(of_backtest.document(*(of_backtest.result(name, 1.1, 1.02, 1.2) for name in names)))


def monitor_of_all_findings() -> str:
    described = {"log_ratio": 0.05, "lower": -0.2, "upper": 0.3}
    found = of_monitor.findings(
        40, 26, score_band={"difference": -0.01, "lower": -0.03, "upper": 0.02}, citizen_change=described,
        officer_change=described, drift={"slope": 0.1, "lower": -0.1, "upper": 0.3},
    )  # fmt: skip
    return monitor_page(of_monitor.document("no alarm", found), title="City", timezone="America/Chicago")


def feedback_of_long_names() -> str:
    scenarios = {
        name: (LONG_WORDS if role == "leak" else title, words, role)
        for name, (title, words, role) in of_feedback.SCENARIOS.items()
    }
    return feedback_page(of_feedback.document("open"), title="City", scenarios=scenarios)


def audit_of_long_names() -> str:
    found = of_audit.audit(of_audit.EVEN)
    found = replace(found, groups=(of_audit.group(LONG), *found.groups))
    return audit_page(replace(make_result(), disparity=found), make_context())


PAGES: dict[str, Callable[[], str]] = {
    "comparison": comparison_of_long_names,
    "close comparison": comparison_of_variants_close_together,
    "backtest": backtest_of_long_names,
    "monitor": monitor_of_all_findings,
    "feedback": feedback_of_long_names,
    "audit": audit_of_long_names,
}


@pytest.fixture(scope="module")
def plotted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("plotted")
    for name, page in PAGES.items():
        (folder / f"{name}.html").write_text(page(), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in PAGES}


def too_small(page: Page) -> list[str]:
    """Words of plots that are smaller than they may be; a page without words in plots is no proof."""
    seen = page.evaluate(SIZES)
    assert len(seen) > 3
    return [f"{one['words']}: {one['size']:.1f} px" for one in seen if one["size"] < LEAST_PX - 0.05]


def collisions(page: Page) -> list[str]:
    """Words of a plot that lie on each other, or leave it."""
    faults = []
    for plot in page.evaluate(PLACES):
        frame, texts = plot["frame"], plot["texts"]
        for k, one in enumerate(texts):
            if one["box"]["left"] < frame["left"] - 1 or one["box"]["right"] > frame["right"] + 1:
                faults.append(f"{one['words']} leaves its plot")
            faults += [f"{one['words']} / {two['words']}" for two in texts[k + 1 :] if overlap(one["box"], two["box"])]
    return faults


def overlap(one: dict[str, Any], two: dict[str, Any]) -> bool:
    """True where two boxes share more than the air above and below letters."""
    across = min(one["right"], two["right"]) - max(one["left"], two["left"])
    down = min(one["bottom"], two["bottom"]) - max(one["top"], two["top"])
    return across > 1 and down > 4


WIDTHS = [SMALL, PHONE, (780, 1000), (820, 1000), DESK]


@pytest.mark.parametrize("name", PAGES)
def test_every_word_of_a_plot_can_be_read_lies_clear_of_others_and_nothing_lies_to_the_side(
    browser: Browser, plotted: dict[str, Path], name: str
) -> None:
    """Opened once and made wider, as a browser's window is."""
    page, found = opened(browser, plotted[name], size=WIDTHS[0]), {}
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[width] = (too_small(page), collisions(page), max(wide - width, 0))
    assert found == {width: ([], [], 0) for width, _ in WIDTHS}
    page.context.close()


def test_a_plot_that_is_only_shrunk_is_found(browser: Browser, plotted: dict[str, Path], tmp_path: Path) -> None:
    """The twin: the wide drawing on a phone, as it was before."""
    text = plotted["feedback"].read_text(encoding="utf-8")
    shrunk = tmp_path / "shrunk.html"
    shrunk.write_text(text.replace('class="plot phone"', 'hidden class="plot"').replace("plot desk", "plot"), "utf-8")
    assert len(too_small(opened(browser, shrunk, size=PHONE))) > 3


def test_words_that_lie_on_others_are_found(browser: Browser, plotted: dict[str, Path], tmp_path: Path) -> None:
    """The twin: the second row's label moved onto the first."""
    text = plotted["monitor"].read_text(encoding="utf-8")
    moved = tmp_path / "moved.html"
    moved.write_text(text.replace("</svg>", '<text x="60" y="30">moved onto others</text></svg>'), "utf-8")
    assert any("moved onto others" in fault for fault in collisions(opened(browser, moved, size=PHONE)))


def test_a_plot_that_is_too_wide_makes_the_page_scroll_and_is_found(
    browser: Browser, plotted: dict[str, Path], tmp_path: Path
) -> None:
    """The twin."""
    text = plotted["monitor"].read_text(encoding="utf-8")
    wide = tmp_path / "wide.html"
    wide.write_text(text.replace("<main", '<canvas width="900" height="4"></canvas><main', 1), "utf-8")
    assert opened(browser, wide, size=PHONE).evaluate("document.documentElement.scrollWidth") > PHONE[0]


@pytest.mark.parametrize(("size", "shown"), [(PHONE, "phone"), (DESK, "desk")])
def test_a_plot_is_seen_once_and_paper_gets_the_wide_one(
    browser: Browser, plotted: dict[str, Path], size: tuple[int, int], shown: str
) -> None:
    page = opened(browser, plotted["feedback"], size=size)
    for media, kind in (("screen", shown), ("print", "desk")):
        page.emulate_media(media=media)  # type: ignore[arg-type]
        seen = page.evaluate(
            "[...document.querySelectorAll('svg')].filter((s) => s.getClientRects().length).map((s) => s.classList[1])"
        )
        assert set(seen) == {kind}
        assert len(seen) == 2
