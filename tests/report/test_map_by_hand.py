"""The briefing's map by keyboard and by thumb: every cell can be reached, and list and map lead to each other."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.report.city import make_context, make_result
from tests.report.every_page import small
from tests.report.test_browser import CHROMIUM, DESK, PHONE, SMALL, browser, opened

from patrolcast.report.run.briefing import briefing_page

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="NO CHROMIUM: the map was not tried by hand; install the package chromium"
)
__all__ = ["browser"]


@pytest.fixture(scope="module")
def briefing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("map") / "briefing.html"
    file.write_text(briefing_page(small(), make_context()), encoding="utf-8")
    return file


def cells_of(file: Path) -> list[str]:
    found = re.search(r'id="map-data">(.*?)</script>', file.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return json.loads(found[1])["ids"]


def pressed(page: Page, key: str) -> str:
    """The cell that is told after a key."""
    page.keyboard.press(key)
    return page.locator(".leaflet-popup .code").inner_text()


def test_the_arrow_keys_reach_every_cell(browser: Browser, briefing: Path) -> None:
    page = opened(browser, briefing, size=DESK)
    page.focus("#map")
    first = pressed(page, "ArrowRight")
    assert "rank 1," in page.locator(".leaflet-popup").inner_text()
    seen = {first}
    for to_a_corner in ("ArrowUp", "ArrowLeft"):
        seen |= {pressed(page, to_a_corner) for _ in range(5)}
    for _ in range(6):
        for across in ("ArrowRight", "ArrowLeft"):
            seen |= {pressed(page, across) for _ in range(5)}
        seen.add(pressed(page, "ArrowDown"))
    assert sorted(seen) == sorted(cells_of(briefing))


def test_at_the_border_an_arrow_stays_where_it_is_and_escape_closes(browser: Browser, briefing: Path) -> None:
    page = opened(browser, briefing, size=DESK)
    page.focus("#map")
    at_the_border = [pressed(page, "ArrowLeft") for _ in range(12)][-2:]
    assert at_the_border[0] == at_the_border[1]
    page.keyboard.press("Escape")
    assert page.locator(".leaflet-popup").count() == 0


def test_keys_show_a_ring_where_they_are(browser: Browser, briefing: Path) -> None:
    page = opened(browser, briefing, size=DESK)
    ring = "getComputedStyle(document.activeElement).outlineWidth + document.activeElement.tagName"
    rings = []
    for _ in range(12):
        page.keyboard.press("Tab")
        rings.append(page.evaluate(ring))
    assert {one[:3] for one in rings} == {"3px"}
    assert {"A", "SELECT", "BUTTON", "DIV"} <= {one[3:] for one in rings}


def test_on_a_phone_a_rank_leads_to_the_map_and_back(browser: Browser, briefing: Path) -> None:
    page = opened(browser, briefing, size=PHONE)
    in_sight = "(one) => { const at = one.getBoundingClientRect(); return at.top >= 0 && at.bottom <= innerHeight; }"
    rank = page.locator("tr[data-cell]:visible button").first
    rank.click()
    assert page.locator(".leaflet-popup").evaluate(in_sight)
    assert not rank.evaluate(in_sight)
    page.click(".leaflet-popup button")
    assert rank.evaluate(in_sight)
    assert rank.evaluate("(one) => one === document.activeElement")


@pytest.mark.parametrize("size", [SMALL, PHONE, DESK])
def test_a_popup_lies_on_the_map_wherever_its_cell_is(browser: Browser, tmp_path: Path, size: tuple[int, int]) -> None:
    sheet = tmp_path / "briefing.html"
    sheet.write_text(briefing_page(make_result(), make_context()), encoding="utf-8")
    page = opened(browser, sheet, size=size)
    n = page.locator(".rank button:visible").count()
    assert n > 30
    for k in range(0, n, 3):
        page.locator(".rank button:visible").nth(k).click()
        over = page.evaluate(
            """() => { const box = document.querySelector(".leaflet-popup").getBoundingClientRect(),
                frame = document.getElementById("map").getBoundingClientRect();
                return [frame.left - box.left, box.right - frame.right, frame.top - box.top,
                        box.bottom - frame.bottom] }"""
        )
        assert max(over) <= 0


CUT = """(one) => {
    const probe = document.createElement("span"), style = getComputedStyle(one);
    Object.assign(probe.style, { font: style.font, whiteSpace: "nowrap", position: "absolute" });
    document.body.append(probe);
    const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 20;
    return [...one.options].filter((o) => { probe.textContent = o.textContent; return probe.offsetWidth > room })
        .map((o) => o.textContent) }"""
"""Choices of a menu that its width cuts; its arrow takes 20 pixels."""


@pytest.mark.parametrize("size", [SMALL, PHONE])
def test_no_choice_of_a_menu_is_cut_on_a_phone(browser: Browser, briefing: Path, size: tuple[int, int]) -> None:
    page = opened(browser, briefing, size=size)
    for menu in ("#shift", "#district"):
        assert page.locator(menu).evaluate(CUT) == []
    page.evaluate(
        "document.querySelector('#shift').options[0].textContent = 'Tuesday 30 June, 06:00 to 14:00 CDT (now), x'"
    )
    assert page.locator("#shift").evaluate(CUT), "the twin: a label that is too long"


def test_names_of_districts_do_not_touch_on_the_map(browser: Browser, tmp_path: Path) -> None:
    sheet = tmp_path / "briefing.html"
    sheet.write_text(briefing_page(make_result(n_rings=20, n_districts=24, each=1), make_context()), encoding="utf-8")
    page = opened(browser, sheet, size=PHONE)
    boxes = page.evaluate(
        "[...document.querySelectorAll('.district-label span')].map((one) => one.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) > 15
    for one, other in itertools.combinations(boxes, 2):
        assert (
            one["right"] <= other["left"] or other["right"] <= one["left"]
            or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]
        )  # fmt: skip
