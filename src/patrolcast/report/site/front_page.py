"""The front page of the site: what is published and what was refused last, then every city and how to read the rest."""

from collections.abc import Sequence

from patrolcast.domain.records import NOTICE
from patrolcast.report.site.sentences import city_sentence, site_sentence
from patrolcast.report.site.tables import Cell, Link, SitePage, SiteTable, shown_rows
from patrolcast.report.site.values import CitySite

TITLE = "Public audit of patrol advice"
_HOW = (
    "Every run is listed with its audit, also one that failed. An address that was here once stays.",
    "Each table can be had as CSV and as JSON beside it. What is withheld on a page is withheld there too.",
    "These pages were written by patrolcast; nobody typed a figure.",
)


def front_page(cities: Sequence[CitySite], former: Sequence[str] = ()) -> SitePage:
    """The site's first page.

    Parameters
    ----------
    former : cities of earlier releases that are not among ``cities``: their pages stay.
    """
    rows: list[list[Cell]] = [[Link(city.title, f"{city.name}/index.html"), city_sentence(city)] for city in cities]
    rows += [
        [Link(name, f"{name}/index.html"), "Of an earlier release; its pages stay as they were."] for name in former
    ]
    return SitePage(
        path="index.html",
        title=TITLE,
        kind="patrolcast",
        lead=(site_sentence(cities), NOTICE),
        tables=(SiteTable("cities", "Cities", ("City", "What is published, what was refused"), shown_rows(rows)),),
        links=(Link("News as a feed (Atom)", "feed.xml"),),
        notes=_HOW,
    )
