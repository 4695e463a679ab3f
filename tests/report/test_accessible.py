"""axe-core finds nothing on any page in light, dark, print and phone form, and html-validate nothing in its markup.

axe-core comes with a Python package, html-validate by `tools/browser.sh` into the virtual environment; where one cannot
be had these tests say so and are skipped, never passed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests.report.every_page import EVERY_PAGE
from tests.report.test_browser import CHROMIUM, DESK, SMALL, browser, opened

__all__ = ["browser"]
in_a_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="NO CHROMIUM: axe-core did not look at the pages; install the package chromium"
)
VALIDATOR = Path(sys.prefix) / "html-validate" / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
NODE = shutil.which("node", path=str(Path(sys.executable).parent))
with_validator = pytest.mark.skipif(
    NODE is None or not VALIDATOR.is_file(),
    reason="NO HTML-VALIDATE: the pages' markup was not checked; run sh tools/browser.sh .venv, which needs npm",
)
PRESETS = "recommended,a11y,document"
PAPER = (720, 900)
FORMS: dict[str, tuple[tuple[int, int], dict[str, Any]]] = {
    "light": (DESK, {"media": "screen", "color_scheme": "light"}),
    "dark": (DESK, {"media": "screen", "color_scheme": "dark"}),
    "print": (PAPER, {"media": "print", "color_scheme": "light"}),
    "phone": (SMALL, {"media": "screen", "color_scheme": "light"}),
}
UNDECIDED = {"color-contrast"}
"""Rules that axe-core cannot decide where a picture lies under the words; of any other rule doubt counts as a fault."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("every_page")
    files = {name: folder / f"{name.replace(' ', '-')}.html" for name in EVERY_PAGE}
    for name, file in files.items():
        file.write_text(EVERY_PAGE[name](), encoding="utf-8")
    return files


def faults(page: Page) -> list[str]:
    """What axe-core objects to: rule and place."""
    found = Axe().run(page, options={"resultTypes": ["violations", "incomplete"]}).response
    doubts = [rule for rule in found["incomplete"] if rule["id"] not in UNDECIDED]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in [*found["violations"], *doubts] for node in rule["nodes"]]


def faults_by_form(page: Page) -> dict[str, list[str]]:
    found = {}
    for form, (size, media) in FORMS.items():
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(**media)
        found[form] = faults(page)
    return found


ALIKE = {
    "briefing without suggestions", "index expired", "record for everybody", "record of a stopped run",
    "site counts by month", "close comparison",
}  # fmt: skip
"""Of the same template as another page that is looked at each time: these in `make check-long`."""


def each_page() -> list[Any]:
    return [pytest.param(name, marks=pytest.mark.long) if name in ALIKE else name for name in EVERY_PAGE]


def test_every_page_that_is_like_another_is_a_page() -> None:
    assert set(EVERY_PAGE) > ALIKE


@in_a_browser
@pytest.mark.parametrize("name", each_page())
def test_axe_finds_nothing_in_any_form(browser: Browser, written: dict[str, Path], name: str) -> None:
    page = opened(browser, written[name], at="#shift=all" if name.startswith("briefing") else "")
    assert faults_by_form(page) == {form: [] for form in FORMS}


@in_a_browser
def test_axe_finds_nothing_on_one_sheet_nor_in_an_open_cell(browser: Browser, written: dict[str, Path]) -> None:
    page = opened(browser, written["briefing"], at="#district=2&shift=1")
    page.click("tr[data-cell]:visible button >> nth=0")
    assert page.locator(".leaflet-popup").is_visible()
    assert faults_by_form(page) == {form: [] for form in FORMS}


@in_a_browser
@pytest.mark.parametrize(
    ("planted", "rule"),
    [
        ('<select id="unlabelled"><option>1</option></select>', "select-name"),
        ('<p style="color: #999; background: #fff">too pale to be read</p>', "color-contrast"),
        ('<div aria-label="a name on nothing">words</div>', "aria-prohibited-attr"),
    ],
)
def test_axe_finds_what_was_planted(browser: Browser, written: dict[str, Path], planted: str, rule: str) -> None:
    """The twin: without it, a blocked script or an empty page would be clean."""
    page = opened(browser, written["index"])
    page.evaluate("(planted) => document.querySelector('main').insertAdjacentHTML('beforeend', planted)", planted)
    page.evaluate("() => document.querySelectorAll('main [style]').forEach((one) => one.style.cssText = 'color: #999')")
    assert {fault.partition(":")[0] for fault in faults(page)} == {rule}


def rules_broken(*files: Path) -> dict[str, list[str]]:
    """What html-validate's rules object to, by file name."""
    assert NODE is not None
    command = [NODE, str(VALIDATOR), "--preset", PRESETS, "--formatter", "json", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode in (0, 1), done.stderr
    said = {Path(one["filePath"]).name: one["messages"] for one in json.loads(done.stdout)}
    return {
        file.name: [f"{m['ruleId']}, line {m['line']}: {m['message']}" for m in said.get(file.name, [])]
        for file in files
    }


@with_validator
def test_the_markup_of_every_page_is_valid(written: dict[str, Path]) -> None:
    assert rules_broken(*written.values()) == {file.name: [] for file in written.values()}


@with_validator
@pytest.mark.parametrize(
    ("there", "broken", "rule"),
    [
        ("</section>", "", "close-order"),
        ("<main>", "<main><ul><p>no item of a list</p></ul>", "element-permitted-content"),
        ("<main>", '<main><p id="published">again</p>', "no-dup-id"),
    ],
)
def test_broken_markup_is_found(written: dict[str, Path], tmp_path: Path, there: str, broken: str, rule: str) -> None:
    """The twin: an unclosed element, one where it may not stand, an id that stands twice."""
    file = tmp_path / "broken.html"
    file.write_text(written["index"].read_text(encoding="utf-8").replace(there, broken, 1), encoding="utf-8")
    assert any(fault.startswith(rule) for fault in rules_broken(file)[file.name])


WIDER = "() => [...document.querySelectorAll('.wide')].filter((one) => one.scrollWidth > one.clientWidth + 1).length"


@in_a_browser
def test_no_table_runs_off_the_paper(browser: Browser, written: dict[str, Path]) -> None:
    """Letter, 14 mm margins: 710 px. What lies to the right of it would not be printed."""
    page = opened(browser, written["index"], size=(710, 900))
    page.emulate_media(media="print")
    wider = {}
    for name, file in written.items():
        page.goto(file.as_uri())
        wider[name] = page.evaluate("document.documentElement.scrollWidth")
    assert {name: width for name, width in wider.items() if width > 710} == {}
    page.evaluate("document.querySelector('.wide > *').style.minWidth = '60rem'")
    assert page.evaluate("document.documentElement.scrollWidth") > 710, "the twin: a table that is too wide is found"


@in_a_browser
def test_on_a_phone_tables_become_rows_and_nothing_lies_to_the_side(browser: Browser, written: dict[str, Path]) -> None:
    page = opened(browser, written["index"], size=SMALL)
    wider = {}
    for name, file in written.items():
        page.goto(file.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        wider[name] = page.evaluate(WIDER)
    assert wider == dict.fromkeys(written, 0)
    page.evaluate("document.querySelector('.wide > *').style.setProperty('min-width', '30rem', 'important')")
    assert page.evaluate(WIDER) > 0, "the twin: tables that are too wide are found"
