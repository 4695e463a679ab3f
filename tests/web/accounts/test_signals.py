"""A sign-in that cannot be recorded does not happen."""

from __future__ import annotations

from pathlib import Path

from tests.web.accounts.test_adapters import made, sign_in


def test_without_a_whole_trail_nobody_comes_in_and_the_page_says_why(place: Path) -> None:
    from django.test import Client

    made()
    trail = place / "runs" / "tiny" / "trail" / "trail.jsonl"
    trail.write_bytes(trail.read_bytes().replace(b'"run.start"', b'"run.stare"', 1))
    client = Client()
    refused = sign_in(client)
    assert refused.status_code == 503  # type: ignore[attr-defined]
    assert b"the audit trail" in refused.content  # type: ignore[attr-defined]
    assert client.get("/published/")["Location"].startswith("/account/login/")
