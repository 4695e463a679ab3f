"""A day at the console in Chromium: a supervisor by keys alone, an officer on a phone that loses its connection."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.report.test_browser import CHROMIUM, PHONE, browser
from tests.until import wait_until
from tests.web.accounts.directory import directory_of, signing_in_at
from tests.web.asked import entries
from tests.web.conftest import Served, train
from tests.web.keys import code_of, enter, tab_to
from tests.web.test_middleware import changed_options

from patrolcast.web.pages.quiz import QUESTIONS

__all__ = ["browser"]
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="NO CHROMIUM: nobody lived a day at the console; install the package chromium"
)
SHUT = "Too many wrong passwords. Wait 15 minutes"
LATE_PHONE = "const real = Date.now; Date.now = () => real() - 172_800_000;"
"""For a phone whose clock is two days behind."""


def page_of(browser: Browser, faults: list[str], size: tuple[int, int] = (1280, 900), **more: Any) -> Page:
    """A reader of one's own; what its scripts or its policy object to is noted."""
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more).new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return page


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What browsers object to: at the end only a cut connection, a lapsed right and a pause, all on purpose."""
    found: list[str] = []
    yield found
    meant = ("ERR_INTERNET_DISCONNECTED", "status of 403", "status of 423")
    assert [fault for fault in found if not any(one in fault for one in meant)] == []


def test_a_day_from_training_to_a_visit_that_is_sent_later(browser: Browser, served: Served, faults: list[str]) -> None:
    from patrolcast.web.accounts.models import Account, Training
    from patrolcast.web.city import now

    # A supervisor without a mouse, whose training holds until today.
    train(Account.objects.get(username="sergeant"), days=0)
    desk = served.sign_in(page_of(browser, faults), "sergeant")
    enter(desk, ".first-read button")
    assert desk.locator("#map canvas").count() == 1
    answer_by_keys(desk, "Accept")
    wait_until(desk, "document.querySelectorAll('.answered .st-accepted').length === 1")

    # It ends while the page is open: what still stands on the screen is not taken.
    Training.objects.filter(account__username="sergeant").update(ends_on=now().date() - timedelta(days=1))
    answer_by_keys(desk, "Decline")
    desk.wait_for_selector("text=The right to review has ended.")
    (refused,) = entries(served.place, "access.refused")
    assert (refused["actor"]["id"], refused["body"]["why"]) == ("sergeant", "training")
    enter(desk, 'nav a[href="/tonight/"]')
    assert "You may not answer now" in desk.inner_text("main")
    assert desk.locator("[data-answer]").count() == 0
    enter(desk, "main .banner a")
    for question in QUESTIONS:
        tab_to(desk, f'[name="{question.name}"]')
        for _ in range("abc".index(question.right)):
            desk.keyboard.press("ArrowDown")
        desk.keyboard.press("Space")
    enter(desk, "main button")
    assert "Your right to review holds until" in desk.inner_text("main")
    enter(desk, 'nav a[href="/tonight/"]')
    answer_by_keys(desk, "Decline")
    wait_until(desk, "document.querySelectorAll('.answered .st-declined').length === 1")
    answer_by_keys(desk, "Amend", minutes="10")
    wait_until(desk, "document.querySelectorAll('.answered .st-amended').length === 1")
    made = [entry["body"] for entry in entries(served.place, "review.decision")]
    assert [one["decision"] for one in made] == ["accepted", "declined", "amended"]
    assert made[2]["minutes"] == 10
    assert all(one["reason"] for one in made)

    # The officer, on a phone whose clock is wrong.
    unit = page_of(browser, faults, PHONE, has_touch=True)
    unit.add_init_script(LATE_PHONE)
    served.sign_in(unit, "unit-12")
    assert unit.locator(".visit").count() == 2
    assert "10 minutes" in unit.inner_text(".visit >> nth=1")
    assert unit.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    unit.tap(".start >> nth=0")
    wait_until(unit, "document.querySelector('.clock').textContent.includes('of 10 to 15 minutes')")
    unit.context.set_offline(True)
    unit.select_option("[name=activity] >> nth=0", "foot_patrol")
    unit.fill("[name=minutes] >> nth=0", "12")
    unit.tap(".visit .actions button >> nth=0")
    unit.wait_for_selector("text=1 visit waits on this phone")
    assert entries(served.place, "dosage") == []
    unit.context.set_offline(False)
    unit.wait_for_selector("text=1 visit, 12 minutes")
    (visit,) = entries(served.place, "dosage.recorded")
    assert (visit["actor"]["id"], visit["body"]["minutes"]) == ("unit-12", 12)
    assert visit["ts_utc"] > refused["ts_utc"], "the console's clock counts"

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
    enter(desk, 'nav a[href="/handover/"]')
    assert "the feed was counted twice" in desk.inner_text("body")
    chief.click('button:has-text("Go on")')
    chief.wait_for_selector("text=Another person must agree")
    deputy = served.sign_in(page_of(browser, faults), "deputy")
    deputy.click('button:has-text("Go on")')
    deputy.wait_for_selector("text=Publication goes on.")
    assert [entry["actor"]["id"] for entry in entries(served.place, "pause")] == ["chief", "chief", "deputy"]

    # The auditor reads all of it, and takes it away.
    auditor = served.sign_in(page_of(browser, faults), "auditor")
    assert "Whole: every line is what was written." in auditor.inner_text("main")
    with auditor.expect_download() as taken:
        auditor.click("text=as CSV")
    assert taken.value.suggested_filename == "trail.csv"


def answer_by_keys(page: Page, answer: str, *, minutes: str = "") -> None:
    """Answers the first suggestion that is open, with the first reason of the list."""
    tab_to(page, f'summary[data-answer="{answer}"]')
    page.keyboard.press("Enter")
    if minutes:
        tab_to(page, "details[open] [name=minutes]")
        page.keyboard.type(minutes)
    tab_to(page, "details[open] [name=reason]")
    page.keyboard.press("ArrowDown")
    enter(page, "details[open] button")


def test_a_code_from_the_first_sign_in_on_and_a_lock_after_wrong_passwords(
    browser: Browser, served: Served, faults: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.cache import cache

    changed_options(monkeypatch, second_factor=True)
    admin = served.sign_in(page_of(browser, faults), "admin")
    assert admin.url.endswith("/account/code/totp/activate/"), "before anything else"
    assert admin.locator("img.qr").evaluate("(image) => image.complete && image.naturalWidth > 0")
    secret = admin.inner_text(".secret")
    give_code(admin, secret)
    assert "recovery codes" in admin.inner_text("main").lower()

    # The administrator makes an account, and leaves.
    admin.goto(f"{served.address}/accounts/new/")
    admin.fill("[name=username]", "desk-9")
    admin.select_option("[name=role]", "auditor")
    admin.fill("[name=password]", "a fine long phrase")
    press(admin, "main button.first")
    admin.click(".me summary")
    press(admin, ".me button")
    cache.clear()  # a code is taken once only; the next one comes after half a minute
    served.sign_in(admin, "admin")
    assert admin.url.partition("?")[0].endswith("/account/code/authenticate/")
    admin.fill("[name=code]", "0" * 6 if code_of(secret) != "0" * 6 else "1" * 6)
    press(admin, "main .card button >> nth=0")
    assert "Incorrect code." in admin.inner_text("main")
    give_code(admin, secret)
    assert admin.url.endswith("/accounts/")
    ways = [entry["body"]["way"] for entry in entries(served.place, "login") if entry["actor"]["id"] == "admin"]
    assert ways == ["password", "password and code"]

    # Somebody guesses at the new account; then its owner comes.
    guest = page_of(browser, faults)
    said = [try_password(guest, served, "desk-9", "wrong horse battery") for _ in range(6)]
    assert [SHUT in one for one in said] == [False] * 5 + [True]
    assert SHUT in try_password(guest, served, "desk-9", "a fine long phrase")
    (locked,) = entries(served.place, "lockout")
    assert locked["body"] == {"account": "desk-9", "minutes": 15}


def test_the_directory_brings_in_an_analyst_and_nobody_whom_the_console_does_not_know(
    browser: Browser, served: Served, faults: list[str]
) -> None:
    who: dict[str, object] = {"sub": "7", "preferred_username": "analyst", "name": "Maria Diaz"}
    with directory_of(who) as server, signing_in_at(server, second_factor=True):
        analyst = page_of(browser, faults)
        analyst.goto(f"{served.address}/account/login/")
        press(analyst, "text=Sign in with Police")
        assert analyst.url == f"{served.address}/runs/"
        assert entries(served.place, "login")[-1]["body"]["way"] == "directory"
        who.update(sub="8", preferred_username="stranger")
        stranger = page_of(browser, faults)
        stranger.goto(f"{served.address}/account/login/")
        press(stranger, "text=Sign in with Police")
        assert "No account here" in stranger.inner_text("main")
        assert entries(served.place, "login")[-1]["actor"]["id"] == "analyst"
    assert b"Diaz" not in (served.place / "runs/tiny/trail/trail.jsonl").read_bytes()


def press(page: Page, selector: str) -> None:
    """A click after which another page opens."""
    with page.expect_navigation():
        page.click(selector)


def give_code(page: Page, secret: str) -> None:
    """Types what the app shows; once more where it changed between being read and being sent."""
    for _ in range(2):
        page.fill("[name=code]", code_of(secret))
        press(page, "main .card button >> nth=0")
        if page.locator("[name=code]").count() == 0:
            return


def try_password(page: Page, served: Served, name: str, word: str) -> str:
    """What the page says of it."""
    page.goto(f"{served.address}/account/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", word)
    press(page, "button.first")
    return page.inner_text("[role=alert]")
