"""Takes the pictures of docs/images/ from pages that were made: `.venv/bin/python tools/screenshots.py`.

Makes nothing but pictures: of the newest run of the sample city and of Chicago, and of the tests of the sample city,
each at the width of a desk and of a phone, and of one sheet of paper. Which page is not there is said, with the command
that makes it; its picture stays as it is. The browser's clock stands in the first shift, when the page is read.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SIZES = {"desk": (1280, 1100), "phone": (390, 844)}
MOST_BYTES = 250_000


class Shot(NamedTuple):
    """A picture: its name, the page, what of it is shown, and when it is read."""

    name: str
    page: Path
    at: str
    now: datetime | None
    made_by: str


def run_shots(city: str, district: str) -> Iterator[Shot]:
    """The pages of the newest run of a city, whatever became of it: its banner says so."""
    made_by = f"make forecast CONFIG=configs/{city}.toml"
    folders = sorted(path.parent for path in (ROOT / "runs" / city).glob("*/manifest.json"))
    run = folders[-1] if folders else ROOT / "runs" / city / "current"
    now = None
    if folders:
        as_of = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["as_of"]
        now = datetime.fromisoformat(as_of) + timedelta(hours=2)
    for page in ("briefing", "data", "audit"):
        yield Shot(f"{page}-{city}", run / f"{page}.html", "", now, made_by)
    yield Shot(f"sheet-{city}", run / "briefing.html", f"#district={district}&shift=0", now, made_by)
    yield Shot(f"index-{city}", run.parent / "index.html", "", now, made_by)


def tested_shots(city: str) -> Iterator[Shot]:
    """The pages of a city's tests."""
    yield Shot("backtest", ROOT / "backtests" / city / "backtest.html", "", None, f"make backtest CITY={city}")
    yield Shot("comparison", ROOT / "comparisons" / city / "comparison.html", "", None, f"make compare CITY={city}")
    tested = ROOT / "simulated" / city / "feedback.html"
    in_the_city = ROOT / "simulated" / f"{city}-from-city" / "feedback.html"
    yield Shot("feedback", tested if tested.is_file() else in_the_city, "", None, "make simulate")
    yield Shot("monitor", ROOT / "monitored" / city / "monitor.html", "", None, "make monitor")


def take(browser: Browser, shot: Shot, form: str) -> Path:
    """One picture of what a reader sees first."""
    width, height = SIZES[form]
    page = browser.new_context(viewport={"width": width, "height": height}, color_scheme="light").new_page()
    if shot.now:
        page.clock.set_fixed_time(shot.now)
    page.goto(shot.page.as_uri() + shot.at)
    file = IMAGES / f"{shot.name}-{form}.png"
    page.screenshot(path=str(file))
    page.context.close()
    with Image.open(file) as taken:
        return save(taken, file)


def save(picture: Image.Image, file: Path) -> Path:
    """A light picture."""
    picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE).save(file, optimize=True)
    return file


def first_sheet(shot: Shot) -> Path:
    """The first page of the roll-call sheets beside a briefing."""
    page = pypdfium2.PdfDocument(shot.page.with_name("rollcall.pdf"))[0]
    return save(page.render(scale=1.3).to_pil(), IMAGES / f"{shot.name.replace('sheet', 'rollcall')}.png")


def main() -> int:
    """Takes every picture whose page is there; 1 when one is missing or too heavy."""
    if CHROMIUM is None:
        sys.stderr.write("screenshots: no Chromium here; install the package chromium\n")
        return 1
    missing, heavy = [], []
    shots = [*run_shots("sample", "4"), *run_shots("chicago", "11"), *tested_shots("sample")]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for shot in shots:
            if not shot.page.is_file():
                missing.append(f"{shot.name}: no {shot.page.relative_to(ROOT)}; {shot.made_by}")
                continue
            files = [take(browser, shot, form) for form in SIZES]
            if shot.name.startswith("sheet"):
                files.append(first_sheet(shot))
            for file in files:
                size = file.stat().st_size
                print(f"{file.relative_to(ROOT)}  {size // 1000} kB")
                if size > MOST_BYTES:
                    heavy.append(f"{file.name}: {size} bytes; a picture may have {MOST_BYTES}")
        browser.close()
    for line in (*missing, *heavy):
        sys.stderr.write(f"screenshots: {line}\n")
    return 1 if missing or heavy else 0


if __name__ == "__main__":
    sys.exit(main())
