"""A day at the console in Chromium: a supervisor by keys alone, an officer on a phone that loses its connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.report.test_browser import CHROMIUM, PHONE, browser
from tests.until import wait_until
from tests.web.asked import entries
from tests.web.conftest import Served

from patrolcast.web.pages.quiz import QUESTIONS

__all__ = ["browser"]
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="NO CHROMIUM: nobody lived a day at the console; install the package chromium"
)
MOST_TABS = 120


def page_of(browser: Browser, faults: list[str], size: tuple[int, int] = (1280, 900), **more: Any) -> Page:
    """A reader of one's own; what its scripts or its policy object to is noted."""
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more).new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return page


def tab_to(page: Page, selector: str) -> None:
    """Goes there by the Tab key, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by the Tab key")


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What browsers object to; at the end nothing but the connection that was cut on purpose."""
    found: list[str] = []
    yield found
    assert [fault for fault in found if "ERR_INTERNET_DISCONNECTED" not in fault] == []


def test_a_day_from_training_to_a_visit_that_is_sent_later(browser: Browser, served: Served, faults: list[str]) -> None:
    desk = served.sign_in(page_of(browser, faults), "sergeant")
    assert "You may not answer now" in desk.inner_text("main")

    # The training, then the shift, without a mouse.
    desk.goto(f"{served.address}/training/")
    for question in QUESTIONS:
        tab_to(desk, f'[name="{question.name}"]')
        for _ in range("abc".index(question.right)):
            desk.keyboard.press("ArrowDown")
        desk.keyboard.press("Space")
    tab_to(desk, "main button")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("text=Your right to review holds until")
    desk.goto(f"{served.address}/tonight/")
    tab_to(desk, ".first-read button")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".choose")
    assert desk.locator("#map canvas").count() == 1
    for answered, answer in enumerate(("Accept", "Decline"), start=1):
        tab_to(desk, f'summary[data-answer="{answer}"]')
        desk.keyboard.press("Enter")
        tab_to(desk, "details[open] [name=reason]")
        desk.keyboard.press("ArrowDown")
        tab_to(desk, "details[open] button")
        desk.keyboard.press("Enter")
        wait_until(desk, f"document.querySelectorAll('.answered .state:not(.st-unanswered)').length === {answered}")
    made = [entry["body"]["decision"] for entry in entries(served.place, "review.decision")]
    assert made == ["accepted", "declined"]

    # The officer, on a phone.
    unit = served.sign_in(page_of(browser, faults, PHONE, has_touch=True), "unit-12")
    assert unit.locator(".visit").count() == 1
    assert unit.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    unit.tap(".start")
    wait_until(unit, "document.querySelector('.clock').textContent.includes('of 10 to 15 minutes')")
    unit.context.set_offline(True)
    unit.select_option("[name=activity]", "foot_patrol")
    unit.fill("[name=minutes]", "12")
    unit.tap(".visit .actions button")
    unit.wait_for_selector("text=1 visit waits on this phone")
    assert entries(served.place, "dosage") == []
    unit.context.set_offline(False)
    unit.wait_for_selector("text=1 visit, 12 minutes")
    (visit,) = entries(served.place, "dosage.recorded")
    assert (visit["actor"]["id"], visit["body"]["minutes"]) == ("unit-12", 12)

    # Sent again from the phone's storage, as after a lost answer: recorded once.
    unit.evaluate(
        """([run, suggestion, request]) => localStorage.setItem("patrolcast visits of unit-12", JSON.stringify([{
            action: "/visits/record/", place: "x", fields: { run, suggestion, request, minutes: "12",
            activity: "foot_patrol", note: "" } }]))""",
        [visit["subject"]["run"], visit["subject"]["suggestion"], visit["body"]["request"]],
    )
    unit.reload()
    wait_until(unit, "localStorage.getItem('patrolcast visits of unit-12') === '[]'")
    assert len(entries(served.place, "dosage.recorded")) == 1

    # The chief pauses; everybody sees it; a second person ends it.
    chief = served.sign_in(page_of(browser, faults), "chief")
    chief.fill("#pause-reason", "the feed was counted twice")
    chief.click("text=Pause now")
    chief.wait_for_selector("text=Publication is paused.")
    desk.goto(f"{served.address}/handover/")
    assert "the feed was counted twice" in desk.inner_text("body")
    chief.click('button:has-text("Go on")')
    chief.wait_for_selector("text=Another person must agree")
    deputy = served.sign_in(page_of(browser, faults), "deputy")
    deputy.click('button:has-text("Go on")')
    deputy.wait_for_selector("text=Publication goes on.")

    # The auditor reads all of it, and takes it away.
    auditor = served.sign_in(page_of(browser, faults), "auditor")
    assert "Whole: every line is what was written." in auditor.inner_text("main")
    with auditor.expect_download() as taken:
        auditor.click("text=as CSV")
    assert taken.value.suggested_filename == "trail.csv"
