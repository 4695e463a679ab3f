"""The site's news as an Atom feed (RFC 4287): an entry for each run that can be shown, newest first.

The site does not know where it will be put, so links are relative and ids are names, the same for good.
"""

import uuid
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from datetime import UTC, datetime

from patrolcast.report.page import safe_text
from patrolcast.report.site.front_page import TITLE
from patrolcast.report.site.run_page import has_page, outcome, page_of_run
from patrolcast.report.site.values import STOPPED, CitySite, SiteRun

ATOM = "http://www.w3.org/2005/Atom"
MOST = 100
_NAMES = uuid.uuid5(uuid.NAMESPACE_DNS, "audit-site.patrolcast.invalid")
_NO_NEWS = datetime(2000, 1, 1, tzinfo=UTC)


def atom_feed(cities: Sequence[CitySite]) -> bytes:
    """The feed; a run's moment is the one that its data go up to, so that the same runs give the same bytes."""
    news = [(run.as_of, run, city) for city in cities for run in city.runs if has_page(run) and run.as_of is not None]
    news.sort(key=lambda item: (item[0], item[1].run_id), reverse=True)
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    names = "+".join(city.name for city in cities)
    _head(feed, TITLE, f"site {names}", news[0][0] if news else _NO_NEWS)
    _add(feed, "link", rel="self", href="feed.xml", type="application/atom+xml")
    _add(feed, "link", rel="alternate", href="index.html", type="text/html")
    author = _add(feed, "author")
    _add(author, "name", safe_text(" and ".join(city.title for city in cities)))
    for moment, run, city in news[:MOST]:
        _entry(feed, moment, run, city)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="utf-8") + b"\n"


def _entry(feed: ElementTree.Element, moment: datetime, run: SiteRun, city: CitySite) -> None:
    entry = _add(feed, "entry")
    marked = "FAILED" if run.state == STOPPED else "Audit"
    _head(entry, f"{city.title}: {marked}, run {run.run_id}", f"run {city.name} {run.run_id}", moment)
    _add(entry, "link", rel="alternate", href=f"{city.name}/{page_of_run(run)}", type="text/html")
    _add(entry, "summary", safe_text(outcome(run, city)))


def _head(parent: ElementTree.Element, title: str, name: str, moment: datetime) -> None:
    _add(parent, "title", safe_text(title))
    _add(parent, "id", f"urn:uuid:{uuid.uuid5(_NAMES, name)}")
    _add(parent, "updated", moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text or None
    return element
