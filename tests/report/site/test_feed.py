"""The feed is what RFC 4287 asks for, and never holds what a page does not."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from tests.report.site.made_up import SECRET, a_city

from patrolcast.report.site.feed import ATOM, atom_feed

IN = {"a": ATOM}


def missing(feed: bytes) -> list[str]:
    """What RFC 4287, 4.1.1 and 4.1.2, requires and is not there."""
    root = ElementTree.fromstring(feed)
    parts = [("feed", root), *((f"entry {i}", one) for i, one in enumerate(root.findall("a:entry", IN)))]
    gone = [
        f"{what}: {name}"
        for what, one in parts
        for name in ("id", "title", "updated")
        if not one.findtext(f"a:{name}", "", IN)
    ]
    return gone + ["author"] * (root.find("a:author/a:name", IN) is None)


def test_it_is_a_feed_with_an_entry_for_each_run_that_can_be_shown() -> None:
    feed = atom_feed([a_city()])
    assert missing(feed) == []
    root = ElementTree.fromstring(feed)
    titles = [one.findtext("a:title", "", IN) for one in root.findall("a:entry", IN)]
    assert [title.split(",")[0] for title in titles] == [
        "Sample city: Audit",
        "Sample city: FAILED",
        "Sample city: Audit",
    ]
    ids = [one.text for one in root.iter(f"{{{ATOM}}}id")]
    assert len(set(ids)) == 4
    assert root.findtext("a:updated", "", IN) == "2026-06-30T10:00:00Z"
    assert SECRET.encode() not in feed
    assert atom_feed([a_city()]) == feed


def test_a_feed_without_an_id_is_found() -> None:
    """The twin."""
    assert missing(atom_feed([a_city()]).replace(b"<id>", b"<x>").replace(b"</id>", b"</x>"))[0] == "feed: id"


def test_without_a_run_it_is_a_feed_too() -> None:
    assert missing(atom_feed([a_city(runs=())])) == []
