"""The briefing's map by keyboard and by thumb: every cell can be reached, and list and map lead to each other."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.report.city import make_context
from tests.report.every_page import small
from tests.report.test_browser import CHROMIUM, DESK, PHONE, browser, opened

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
