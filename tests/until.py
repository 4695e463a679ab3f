"""Waits until a page says something, also where its policy lets no text become script: a wait inside the page would."""

from __future__ import annotations

from playwright.sync_api import Error, Page

_POLLS, _MILLISECONDS = 600, 50


def wait_until(page: Page, expression: str) -> None:
    """Passes once the expression is true in the page; raises AssertionError after half a minute."""
    for _ in range(_POLLS):
        try:
            if page.evaluate(expression):
                return
        except Error as error:  # another page is being opened
            if "context was destroyed" not in str(error):
                raise
        page.wait_for_timeout(_MILLISECONDS)
    raise AssertionError(f"never true: {expression}")
