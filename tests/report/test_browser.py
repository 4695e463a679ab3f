"""The pages in a browser: what a reader sees at which width and hour, what prints, and that nothing breaks."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.report.city import make_context, make_result
from tests.report.index.listing import make_index

from patrolcast.domain.provenance import CallSource
from patrolcast.domain.records import GateVerdict
from patrolcast.report.audit.page import audit_page
from patrolcast.report.index.page import index_page
from patrolcast.report.run.briefing import briefing_page
from patrolcast.report.run.data_page import data_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="NO CHROMIUM: the pages were not looked at in a browser; install the package chromium"
)
PAGES = ["briefing", "data", "audit", "index"]
PHONE, SMALL, DESK = (390, 844), (360, 640), (1400, 900)
AFTERNOON = datetime(2026, 6, 30, 20, 30, tzinfo=UTC)  # 15:30 in the made-up city, whose shifts begin at 06, 14 and 22


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    made = {"briefing": briefing_page, "data": data_page, "audit": audit_page}
    run = folder / make_context().run_id
    run.mkdir()
    for name, page in made.items():
        (run / f"{name}.html").write_text(page(make_result(), make_context()), encoding="utf-8")
    (folder / "index.html").write_text(index_page(make_index()), encoding="utf-8")
    (folder / "current").symlink_to(run.name)
    return {"index": folder / "index.html"} | {name: run / f"{name}.html" for name in made}


def opened(
    browser: Browser, page: Path, *, size: tuple[int, int] = DESK, now: datetime = AFTERNOON, at: str = "", **more: Any
) -> Page:
    """The page as a reader opens it; an error of its script or a blocked load fails the test."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
    made = context.new_page()
    faults: list[str] = []
    made.on("pageerror", lambda error: faults.append(str(error)))
    made.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    made.clock.set_fixed_time(now)
    made.goto(page.as_uri() + at)
    assert not faults
    return made


def visible_rows(page: Page) -> list[dict[str, Any]]:
    """District, rank and top of each suggestion that can be seen."""
    return page.evaluate(
        """() => [...document.querySelectorAll("tr[data-cell]")].filter((row) => row.offsetParent).map((row) => ({
            district: row.closest(".district").dataset.district, shift: row.closest(".shift").dataset.shift,
            rank: row.dataset.rank, top: row.getBoundingClientRect().top }))"""
    )


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(browser: Browser, pages: dict[str, Path], name: str) -> None:
    page = opened(browser, pages[name], size=SMALL)
    for width, height in (SMALL, PHONE, DESK):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("cut", [False, True], ids=["as it is", "twin"])
def test_no_suggestion_is_cut_off_at_any_width(browser: Browser, pages: dict[str, Path], cut: bool) -> None:
    page = opened(browser, pages["briefing"], size=DESK)
    if cut:
        page.evaluate("document.querySelectorAll('.list').forEach((one) => { one.style.minWidth = '90rem'; })")
    beside = (
        "() => Math.max(...[...document.querySelectorAll('.wide')].map((one) => one.scrollWidth - one.clientWidth))"
    )
    sideways = []
    for width in (360, 580, 660, 740, 900, 1090, 1150, 1220, 1280, 1350, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        sideways += [width] if page.evaluate(beside) > 0 else []
    assert bool(sideways) == cut, sideways


def test_a_long_name_of_a_district_widens_no_choice(browser: Browser, tmp_path: Path) -> None:
    result, long = make_result(n_rings=3, n_districts=2, n_shifts=1, each=2), {"1": "Secteur nord-est numéro un " * 4}
    tables = {
        name: getattr(result, name).assign(district=getattr(result, name)["district"].replace(long))
        for name in ("cells", "forecast", "suggestions")
    }
    sheet = tmp_path / "briefing.html"
    sheet.write_text(briefing_page(replace(result, **tables), make_context()), encoding="utf-8")
    page = opened(browser, sheet)
    choice, drawn = page.locator("#district").bounding_box(), page.locator("#map").bounding_box()
    assert choice["x"] + choice["width"] <= drawn["x"]
    page.set_viewport_size({"width": 768, "height": 1024})
    assert page.evaluate("document.documentElement.scrollWidth") <= 768


def test_the_first_suggestion_is_in_sight_on_a_phone(browser: Browser, pages: dict[str, Path]) -> None:
    rows = visible_rows(opened(browser, pages["briefing"], size=PHONE))
    assert rows[0]["rank"] == "1"
    assert rows[0]["top"] < 500


def test_an_exception_folds_on_a_phone_and_is_whole_on_a_desk_and_on_paper(browser: Browser, tmp_path: Path) -> None:
    waived, source = (
        ("The check group_audit is waived by the chief. " * 8,),
        CallSource(reason="the portal leaves it out"),
    )
    context = replace(make_context(), exceptions=waived, call_source=source)
    sheet = tmp_path / "briefing.html"
    sheet.write_text(briefing_page(make_result(), context), encoding="utf-8")
    phone = opened(browser, sheet, size=PHONE)
    assert visible_rows(phone)[0]["top"] < 500
    assert phone.get_by_text("Not as it comes").is_visible()
    assert phone.get_by_text("May hold officers’ own records.").is_visible()
    assert not phone.locator("#exceptions li").is_visible()
    phone.click("#exceptions summary")
    assert phone.locator("#exceptions li").is_visible()
    desk = opened(browser, sheet)
    assert desk.locator("#exceptions li").is_visible()
    desk.click("#exceptions summary")
    desk.emulate_media(media="print")
    assert desk.locator("#exceptions li").evaluate("(one) => one.checkVisibility({ contentVisibilityAuto: true })")


@pytest.mark.parametrize(
    ("hour", "shift"), [(11, "0"), (18, "0"), (19, "1"), (26, "1"), (27, "2"), (34, "2"), (60, "2")]
)
def test_the_page_opens_on_the_running_shift(browser: Browser, pages: dict[str, Path], hour: int, shift: str) -> None:
    now = datetime(2026, 6, 30, 0, 30, tzinfo=UTC) + timedelta(hours=hour)
    page = opened(browser, pages["briefing"], now=now)
    assert {row["shift"] for row in visible_rows(page)} == {shift}
    over = page.evaluate("[...document.querySelectorAll('.shift.over')].map((one) => one.dataset.shift)")
    ends = {"0": 19, "1": 27, "2": 35}
    assert over == [name for name, end in ends.items() if hour >= end]


@pytest.mark.parametrize(("day", "hour", "expired"), [(1, 10, False), (1, 11, True), (2, 0, True)])
def test_the_banner_comes_when_the_last_shift_is_over(
    browser: Browser, pages: dict[str, Path], day: int, hour: int, expired: bool
) -> None:
    page = opened(browser, pages["briefing"], now=datetime(2026, 7, day, hour, 30, tzinfo=UTC))
    assert page.locator("#expired").is_visible() == expired


def test_the_choice_lives_in_the_address(browser: Browser, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["briefing"], at="#district=4&shift=2")
    assert {(row["district"], row["shift"]) for row in visible_rows(page)} == {("4", "2")}
    page.select_option("#district", "2")
    assert page.evaluate("location.hash") == "#district=2&shift=2"
    nonsense = opened(browser, pages["briefing"], at="#district=nowhere&shift=99")
    assert {row["shift"] for row in visible_rows(nonsense)} == {"1"}
    assert len({row["district"] for row in visible_rows(nonsense)}) == 5


def test_one_district_prints_its_sheet_and_nothing_else(browser: Browser, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["briefing"], at="#district=4&shift=1")
    page.emulate_media(media="print")
    assert {row["district"] for row in visible_rows(page)} == {"4"}
    assert page.locator(".sheet:visible").count() == 1
    assert page.locator(".ticks:visible").count() == len(visible_rows(page))
    for hidden in ("#audit", "#limits", "#reading", "#controls", "nav >> nth=0", "nav >> nth=1"):
        assert not page.locator(hidden).is_visible()
    assert page.locator("#map").is_visible()


def test_four_suggestions_and_their_map_print_on_one_page(browser: Browser, tmp_path: Path) -> None:
    sheet = tmp_path / "briefing.html"
    sheet.write_text(briefing_page(make_result(each=4), make_context()), encoding="utf-8")
    page = opened(browser, sheet, at="#district=4&shift=1")
    for paper in ("Letter", "A4"):
        assert n_pages(page.pdf(format=paper)) == 1
    page.select_option("#district", "")
    assert n_pages(page.pdf(format="Letter")) == 6  # five districts and the map


def test_the_map_is_drawn_at_the_size_that_prints(browser: Browser, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["briefing"], at="#district=4&shift=1")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    drawn = page.locator("#map").bounding_box()
    page.emulate_media(media="print")
    assert page.locator("#map").bounding_box()["height"] == pytest.approx(drawn["height"], abs=1)
    assert drawn["height"] == pytest.approx(54 / 25.4 * 96, abs=1)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.locator("#map").bounding_box()["height"] > 400


def n_pages(pdf: bytes) -> int:
    """Pages of a PDF that Chromium made."""
    return pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type /Page/")


@pytest.mark.parametrize("name", PAGES)
def test_dark_text_is_read_against_a_dark_page(browser: Browser, pages: dict[str, Path], name: str) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        page = opened(browser, pages[name], color_scheme=scheme)
        colours[scheme] = page.evaluate(
            "(({ backgroundColor, color }) => [backgroundColor, color])(getComputedStyle(document.documentElement))"
        )
    assert colours["dark"] == ["rgb(20, 24, 29)", "rgb(232, 235, 238)"]
    assert colours["light"] == ["rgb(255, 255, 255)", "rgb(27, 31, 36)"]


@pytest.mark.parametrize("name", PAGES)
def test_links_and_text_stay_on_paper_and_menus_do_not(browser: Browser, pages: dict[str, Path], name: str) -> None:
    page = opened(browser, pages[name], size=(720, 900))
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert page.locator("nav:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 720


@pytest.mark.parametrize("folder", ["current", make_context().run_id])
def test_one_click_leads_from_each_page_to_the_index_and_on(
    browser: Browser, pages: dict[str, Path], folder: str
) -> None:
    city = pages["index"].parent
    page = opened(browser, city / folder / "briefing.html")
    for link, lands in (("Data", f"{folder}/data.html"), ("Audit", f"{folder}/audit.html"), ("All runs", "index.html")):
        page.click(f"nav.pages >> text={link}")
        assert page.url.partition("#")[0] == f"{city.as_uri()}/{lands}"
    page.click(".verdicts >> text=Briefing")
    assert page.url == f"{city.as_uri()}/{make_context().run_id}/briefing.html"


@pytest.mark.parametrize(("day", "hour", "expired"), [(1, 10, False), (1, 11, True), (9, 0, True)])
def test_the_index_claims_nothing_once_the_time_of_its_run_is_over(
    browser: Browser, pages: dict[str, Path], day: int, hour: int, expired: bool
) -> None:
    page = opened(browser, pages["index"], now=datetime(2026, 7, day, hour, 30, tzinfo=UTC))
    assert page.locator("#expired").is_visible() is expired
    assert page.locator(".in-force:visible").count() == (0 if expired else 2)
    assert page.locator(".out-of-force:visible").count() == (2 if expired else 0)
    text = page.locator("body").inner_text()
    assert ("Suggestions are published" in text) is not expired
    assert "ood until Wednesday 1 July 2026, 06:00 CDT" in text


def test_without_script_the_index_says_until_when(browser: Browser, pages: dict[str, Path]) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(pages["index"].as_uri())
    text = page.locator("body").inner_text()
    assert "Good until Wednesday 1 July 2026, 06:00 CDT; after that, do not use them." in text
    assert "Expired" not in text


def test_a_link_in_a_banner_is_read_on_paper(browser: Browser, tmp_path: Path) -> None:
    gate = replace(make_result().gates[0], verdict=GateVerdict.FAIL)
    sheet = tmp_path / "data.html"
    sheet.write_text(data_page(replace(make_result(), gates=(gate,)), make_context()), encoding="utf-8")
    page = opened(browser, sheet)
    page.emulate_media(media="print")
    colour = page.evaluate("getComputedStyle(document.querySelector('.banner a')).color")
    assert colour == "rgb(140, 29, 24)"


@pytest.mark.parametrize("name", ["briefing", "data", "audit"])
@pytest.mark.parametrize(("day", "hour", "expired"), [(1, 10, False), (1, 11, True), (9, 0, True)])
def test_every_page_of_a_run_says_that_it_expired(
    browser: Browser, pages: dict[str, Path], name: str, day: int, hour: int, expired: bool
) -> None:
    page = opened(browser, pages[name], now=datetime(2026, 7, day, hour, 30, tzinfo=UTC))
    assert page.locator("#expired").is_visible() is expired
    text = page.locator("body").inner_text()
    assert ("Good until" in text or "may be used until" in text) is (not expired and name != "audit")


@pytest.mark.parametrize("name", ["briefing", "data", "audit"])
def test_a_stopped_run_is_never_good_until_anything(browser: Browser, tmp_path: Path, name: str) -> None:
    gate = replace(make_result().gates[0], verdict=GateVerdict.FAIL)
    made = {"briefing": briefing_page, "data": data_page, "audit": audit_page}[name]
    sheet = tmp_path / f"{name}.html"
    sheet.write_text(made(replace(make_result(), gates=(gate,)), make_context()), encoding="utf-8")
    page = opened(browser, sheet)
    assert "Not published." in page.locator("header").inner_text()
    assert not re.search("ood until|se until|used until", page.locator("body").inner_text())
    page.emulate_media(media="print")
    assert not re.search("ood until|se until|used until", page.locator("body").inner_text())
