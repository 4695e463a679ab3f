"""Takes the pictures of the console: `.venv/bin/python tools/console_screenshots.py`, after one start of `make serve`.

A run of an earlier night beside it (`patrolcast forecast configs/sample.toml --as-of T --no-publish --runs RUNS`) gives
the page of two nights something to compare.

Serves the demonstration with a copy of its runs, lives the beginning of a shift, and takes each page at the width of a
desk and of a phone, in light and in dark, on one picture. The passwords are those that the start prints.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
from screenshots import CHROMIUM, IMAGES, MOST_BYTES, ROOT, save

RUNS = ROOT / "console" / "demonstration" / "runs"
SIZES = {"desk": (1280, 1000), "phone": (390, 1000)}
SCALE = 0.55
PAGES = {
    "": {"sign-in": "account/login"},
    "sergeant": {"tonight": "tonight", "handover": "handover", "training": "training"},
    "unit-12": {"visits": "visits"},
    # Before the analyst starts a job, whose entry on the trail names folders of the machine that takes the pictures.
    "auditor": {"trail": "trail", "follow": "follow", "trained": "trained"},
    "analyst": {
        "runs": "runs", "checks": "checks", "nights": "nights", "feed": "feed", "jobs": "jobs", "tests": "tests",
    },
    "chief": {"published": "published", "waivers": "waivers", "outcomes": "outcomes"},
    "admin": {"accounts": "accounts", "account": "accounts/unit-12", "code": "account/code/totp/activate"},
}  # fmt: skip


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The demonstration on a free port: its address, and a password by account."""
    shutil.copytree(RUNS, folder / "runs", symlinks=True)
    command = [sys.executable, "-m", "patrolcast", "serve", "configs/sample.toml", "--demonstration", "--port", "0"]
    command += ["--runs", str(folder / "runs"), "--state", str(folder / "state")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        said = ""
        while "Ctrl-C ends it" not in said and (line := process.stdout.readline() if process.stdout else ""):
            said += line
        try:
            address = re.search(r"http://\S+?(?=/\s)", said)
            yield (address[0] if address else ""), dict(re.findall(r"^  (\S+) +\w+ +(\S+)$", said, re.M))
        finally:
            process.terminate()


def sign_in(page: Page, address: str, name: str, word: str) -> None:
    """As a person does."""
    page.goto(f"{address}/account/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", word)
    with page.expect_navigation():
        page.click("button.first")


def begin_the_shift(page: Page, address: str) -> None:
    """The training, then an answer of each kind, so that the pages have something to show."""
    from patrolcast.web.pages.quiz import QUESTIONS

    page.goto(f"{address}/training/")
    for question in QUESTIONS:
        page.check(f'[name="{question.name}"][value="{question.right}"]')
    page.click("text=Hand in")
    page.goto(f"{address}/tonight/")
    page.click("text=I have read this")
    for rank, answer in enumerate(("Accept", "Amend", "Decline"), start=1):
        page.click(f'summary:has-text("{answer} rank {rank}")')
        form = page.locator("details[open] form")
        if answer == "Amend":
            form.locator("[name=minutes]").fill("20")
        form.locator("[name=reason]").select_option(index=1)
        with page.expect_navigation():
            form.locator("button").click()


def look_at_the_feed(page: Page, address: str) -> None:
    """A feed check in the background, to its end, so that the pages of the feed and of jobs have something to show."""
    page.goto(f"{address}/feed/")
    page.click("text=Look now")
    for _ in range(600):
        if page.locator("text=Checks of the feed").count():
            return
        page.wait_for_timeout(1000)
        page.goto(f"{address}/feed/")
    raise SystemExit("screenshots: the feed check does not end")


def take(browser: Browser, address: str, name: str, path: str, state: object) -> Path:
    """One page on one picture: desk and phone above in light, below in dark."""
    shots: dict[tuple[str, str], Image.Image] = {}
    with tempfile.TemporaryDirectory() as folder:
        for scheme in ("light", "dark"):
            for form, (width, height) in SIZES.items():
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, storage_state=state
                )
                page = context.new_page()
                page.goto(f"{address}/{path}/")
                if name == "visits":
                    page.click(".start >> nth=0")
                page.screenshot(path=f"{folder}/{form}.png")
                with Image.open(f"{folder}/{form}.png") as taken:
                    size = round(taken.width * SCALE), round(taken.height * SCALE)
                    shots[form, scheme] = taken.convert("RGB").resize(size, Image.Resampling.LANCZOS)
                context.close()
    wide, high = shots["desk", "light"].size
    narrow = shots["phone", "light"].width
    sheet = Image.new("RGB", (wide + narrow + 12, 2 * high + 12), "#8a949e")
    for row, scheme in enumerate(("light", "dark")):
        sheet.paste(shots["desk", scheme], (0, row * (high + 12)))
        sheet.paste(shots["phone", scheme], (wide + 12, row * (high + 12)))
    return save(sheet, IMAGES / f"console-{name}.png")


def main() -> int:
    """Takes every picture; 1 when one is too heavy, or there is no run to show."""
    if CHROMIUM is None or not RUNS.is_dir():
        sys.stderr.write("screenshots: needs Chromium, and a run: start `make serve` once\n")
        return 1
    heavy = []
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (address, words), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for account, pages in PAGES.items():
            context = browser.new_context()
            if account:
                sign_in(context.new_page(), address, account, words[account])
            if account == "sergeant":
                begin_the_shift(context.pages[0], address)
            if account == "analyst":
                look_at_the_feed(context.pages[0], address)
            for name, path in pages.items():
                file = take(browser, address, name, path, context.storage_state())
                size = file.stat().st_size
                print(f"{file.relative_to(ROOT)}  {size // 1000} kB")
                if size > MOST_BYTES:
                    heavy.append(f"{file.name}: {size} bytes; a picture may have {MOST_BYTES}")
            context.close()
        browser.close()
    for line in heavy:
        sys.stderr.write(f"screenshots: {line}\n")
    return 1 if heavy else 0


if __name__ == "__main__":
    sys.exit(main())
