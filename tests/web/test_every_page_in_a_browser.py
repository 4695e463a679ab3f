"""axe-core finds nothing on any page of any role, and nothing lies to the side on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page
from tests.report.test_accessible import FORMS, faults, faults_by_form
from tests.report.test_browser import CHROMIUM, SMALL, browser
from tests.web.conftest import Served
from tests.web.pages.test_access import JOB

__all__ = ["browser"]
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="NO CHROMIUM: axe-core did not look at the console; install the package chromium"
)
PAGES = {
    "sergeant": ("tonight", "handover", "training", "account/password", "account/code", "nowhere"),
    "unit-12": ("visits",),
    "analyst": ("runs", "checks", "nights", "tests", "feed", "jobs", f"jobs/{JOB}"),
    "auditor": ("trail", "follow", "trained"),
    "chief": ("published", "waivers", "outcomes"),
    "admin": ("accounts", "accounts/new", "accounts/sergeant", "account/code/totp/activate"),
}
SCREENS = [form for form in FORMS if form != "print"]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_lies_to_the_side(name: str, browser: Browser, served: Served) -> None:
    page = browser.new_page()
    page.goto(f"{served.address}/account/login/")
    assert [form for form in SCREENS if faults_by_form(page)[form]] == [] if name == "sergeant" else True
    served.sign_in(page, name)
    prepare(page, name, served)
    for path in PAGES[name]:
        page.goto(f"{served.address}/{path}/")
        for summary in page.locator("main summary").all()[:1]:
            summary.click()
        found = faults_by_form(page)
        assert {form: found[form] for form in SCREENS} == {form: [] for form in SCREENS}, path
        page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL[0], path


def prepare(page: Page, name: str, served: Served) -> None:
    """A supervisor whose page has its forms; an analyst whose jobs and look at the feed have something to show."""
    from tests.runs.console.test_feed_health import WELL, looked
    from tests.web.conftest import train
    from tests.web.pages.test_access import plant_job

    from patrolcast.web.accounts.models import Account
    from patrolcast.web.city import the_city

    if name == "analyst":
        plant_job()
        (the_city().state / "jobs" / JOB / "output.txt").write_text("\n".join(["12 suggestions " * 20] * 50))
        looked(the_city(), WELL)
        variants = the_city().config.parent / "variants"
        variants.mkdir()
        (variants / f"{'with_a_long_name' * 4}.toml").write_text('extends = "../tiny.toml"\n')
    if name != "sergeant":
        return
    train(Account.objects.get(username="sergeant"))
    page.goto(f"{served.address}/tonight/")
    page.click(".first-read button")
    page.click('summary[data-answer="Accept"] >> nth=0')
    page.select_option("details[open] [name=reason]", index=1)
    page.click("details[open] button")
    page.wait_for_selector(".st-accepted")


def test_axe_finds_what_was_planted(browser: Browser, served: Served) -> None:
    """The twin: without it a policy that blocks the look, or an empty page, would be clean."""
    page = browser.new_page()
    page.goto(f"{served.address}/account/login/")
    page.evaluate("document.querySelector('main label').remove()")
    page.evaluate("document.querySelector('main input[name=login]').placeholder = ''")
    assert {fault.partition(":")[0] for fault in faults(page)} == {"label"}
