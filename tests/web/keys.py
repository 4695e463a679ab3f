"""What a person without a mouse does, and what an authenticator app does: the tests' own, not the console's."""

from __future__ import annotations

import base64
import hmac
import struct
import time

from playwright.sync_api import Page

MOST_TABS = 120


def tab_to(page: Page, selector: str) -> None:
    """Goes there by the Tab key."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by the Tab key")


def enter(page: Page, selector: str) -> None:
    """Goes to a link or button by the Tab key and presses it; another page opens."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def code_of(secret: str) -> str:
    """The six digits that an app shows now (RFC 6238 with its defaults)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFF_FFFF) % 1_000_000:06}"
