"""A page as files: HTML, and each of its tables as CSV and JSON beside it."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from markupsafe import Markup

from patrolcast.domain.public.count_table import WITHHELD
from patrolcast.report import packaged
from patrolcast.report.page import render
from patrolcast.report.site.tables import Link, SitePage, SiteTable

FEED = "feed.xml"
_LONGEST = 70


def page_html(page: SitePage, *, of: str) -> str:
    """The page as markup.

    Parameters
    ----------
    of : the site's title, which stands in the page's own title.
    """
    depth = page.path.count("/")
    return render(
        "site.html",
        title=_short_title(page.title, of),
        style=packaged.packaged("assets/page.css") + packaged.packaged("assets/site.css"),
        page=page,
        picture=Markup(page.picture),
        tables=[_shown(page, table) for table in page.tables],
        feed="../" * depth + FEED,
    )


def with_banner(html: bytes, banner: str) -> bytes:
    """A page of an earlier release with a warning under its title; as it is where it carries one."""
    if b'<div class="banner"' in html:
        return html
    warning = Markup('</h1>\n<div class="banner" role="alert"><p>{}</p></div>').format(banner)
    return html.replace(b"</h1>", warning.encode(), 1)


def _short_title(title: str, of: str) -> str:
    """The title that a browser shows: of at most 70 characters, as search pages cut the rest."""
    whole = title if title == of else f"{title}: {of}"
    return whole if len(whole) <= _LONGEST else title if len(title) <= _LONGEST else f"{title[: _LONGEST - 3]}..."


def data_files(page: SitePage) -> Iterable[tuple[str, SiteTable, str]]:
    """Address, table and form ("csv", "json") of each file beside a page."""
    folder, stem = PurePosixPath(page.path).parent, PurePosixPath(page.path).stem
    for table in page.tables:
        for form in ("csv", "json"):
            yield f"{folder}/{stem}-{table.key}.{form}".removeprefix("./"), table, form


def _shown(page: SitePage, table: SiteTable) -> Mapping[str, object]:
    beside = [(form, PurePosixPath(path).name) for path, of_file, form in data_files(page) if of_file is table]
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    numbers = [
        i > 0 and bool(table.rows) and all(cell is None or isinstance(cell, int) for cell in column)
        for i, column in enumerate(zip(*table.rows, strict=True) if table.rows else [()] * len(table.columns))
    ]
    return {"table": table, "rows": rows, "numbers": numbers, "beside": beside}


def _cell(cell: object) -> dict[str, str]:
    if cell is None:
        return {"text": WITHHELD, "href": "", "kind": "withheld"}
    if isinstance(cell, Link):
        return {"text": cell.text, "href": cell.href, "kind": ""}
    if isinstance(cell, int):
        return {"text": f"{cell:,}", "href": "", "kind": ""}
    text = str(cell)
    loud = text.startswith(("FAILED", "NOT ", "OPEN", "TEMPLATE", "MISSING"))
    return {"text": text, "href": "", "kind": "loud" if loud else "code" if _is_hash(text) else ""}


def _is_hash(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")
