"""The pages of counts: reports of a month by district and category, residents by district and group, and the months.

All that is drawn or written here comes from tables in which small counts are withheld already.
"""

from markupsafe import Markup

from patrolcast.domain.public.count_table import ALL, WITHHELD, CountTable
from patrolcast.domain.residents import GroupNames
from patrolcast.report import words
from patrolcast.report.site.tables import Cell, Link, SitePage, SiteTable, shown_rows
from patrolcast.report.site.values import CitySite

REPORTS, RESIDENTS = "reports", "residents"
FOLDER = "counts"
_ABOUT_FROZEN = (
    "A month is shown once, when its reports are complete, and never revised: two releases of one month would show "
    "by their difference what single reports came late. Reports that lie in no district are not counted here."
)


def count_pages(city: CitySite) -> list[SitePage]:
    """The list of months with their totals, then a page for each table."""
    return [_list_page(city), *(_table_page(table, least, city) for table, least in city.counts)]


def page_of_table(table: CountTable) -> str:
    """The page of a table, below the city's folder."""
    return f"{FOLDER}/{table.measure}-{slug(table.period)}.html"


def slug(text: str) -> str:
    """A text as part of an address.

    >>> slug("ACS 2024, 5 years")
    'acs-2024-5-years'
    """
    dashed = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in text.lower())
    return "-".join(part for part in dashed.split("-") if part) or "none"


def about_withheld(least: int) -> str:
    """What "withheld" means, as a sentence."""
    return (
        f"A count below {least}, also 0, is withheld, and with it other counts from which it could be worked out: "
        f'"{WITHHELD}" may stand for any number.'
    )


def _list_page(city: CitySite) -> SitePage:
    months = [table for table, _ in city.counts if table.measure == REPORTS]
    rows: list[list[Cell]] = [
        [Link(words.calendar_month(month.period), _beside(month)), _total(month)] for month in months
    ]
    others = [Link(_title(table, city), _beside(table)) for table, _ in city.counts if table.measure != REPORTS]
    shown = f"Reports of {len(months)} whole months are shown, by district and category." if months else ""
    return SitePage(
        path=f"{city.name}/{FOLDER}/index.html",
        title=f"Counts of {city.title}",
        kind="Counts that are public",
        lead=tuple(
            sentence
            for sentence in (shown or "No counts of reports are shown.", city.why_no_counts, _ABOUT_FROZEN)
            if sentence
        ),
        tables=(SiteTable("months", "Citizen reports of each month", ("Month", "Reports"), shown_rows(rows)),),
        picture=_bars([(words.calendar_month(month.period), _total(month)) for month in reversed(months)])
        if months
        else "",
        links=tuple(others),
        back=(Link("All cities", "../../index.html"), Link(city.title, "../index.html")),
        notes=(about_withheld(city.least_count),),
    )


def _table_page(table: CountTable, least: int, city: CitySite) -> SitePage:
    called = city.called
    heads = [_head(name, table, called) for name in table.columns]
    ordered = sorted(zip(table.rows, table.values, strict=True), key=lambda pair: _as_numbered(pair[0]))
    rows: list[list[Cell]] = [[_row_head(row), *values] for row, values in ordered]
    hidden = sum(value is None for row in table.values for value in row)
    of = sum(map(len, table.values))
    lead = f"{words.count(of - hidden, 'count')} of {of} are shown; {hidden} are withheld."
    return SitePage(
        path=f"{city.name}/{page_of_table(table)}",
        title=_title(table, city),
        kind=f"Counts of {city.title}",
        lead=(lead, about_withheld(least), _ABOUT_FROZEN if table.measure == REPORTS else _ABOUT_RESIDENTS),
        tables=(SiteTable("table", _title(table, city), ("District", *heads), shown_rows(rows)),),
        back=(Link("All cities", "../../index.html"), Link(city.title, "../index.html"), Link("Counts", "index.html")),
    )


_ABOUT_RESIDENTS = (
    "Census counts, spread over the city's districts. They are used to audit the advice, never to make it. Groups may "
    "overlap, so they are not added up."
)


def _as_numbered(row: str) -> tuple[bool, int, str]:
    """District 2 before district 10, and the margin last."""
    return row == ALL, len(row) if row.isdigit() else 0, row


def _row_head(row: str) -> str:
    return "All districts" if row == ALL else words.district(row)


def _head(name: str, table: CountTable, called: GroupNames) -> str:
    if name == ALL:
        return "All categories"
    return called(name) if table.measure == RESIDENTS else words.sentence(words.plain(name))


def _title(table: CountTable, city: CitySite) -> str:
    if table.measure == REPORTS:
        return f"Citizen reports of {words.calendar_month(table.period)}, by district and category"
    return f"Residents by district and group ({table.period})"


def _beside(table: CountTable) -> str:
    return page_of_table(table).removeprefix(f"{FOLDER}/")


def _total(table: CountTable) -> int | None:
    return table.values[table.rows.index(ALL)][table.columns.index(ALL)]


def _bars(totals: list[tuple[str, int | None]]) -> str:
    """Months as bars, oldest first; each says its number, and so does the picture's own text."""
    most = max((value for _, value in totals if value is not None), default=1) or 1
    description = "; ".join(f"{name}: {WITHHELD if value is None else f'{value:,}'}" for name, value in totals)
    height, bars = 24, []
    for i, (name, value) in enumerate(totals):
        y, shown = i * height, WITHHELD if value is None else f"{value:,}"
        width = 0 if value is None else round(200 * value / most)
        bar = Markup('<rect class="bar" x="112" y="{}" width="{}" height="16"/>').format(y + 4, width) if width else ""
        bars.append(
            Markup('<g><title>{}: {}</title><text x="0" y="{}">{}</text>{}<text x="{}" y="{}">{}</text></g>').format(
                name, shown, y + 17, name, bar, 118 + width, y + 17, shown
            )
        )
    return Markup(
        '<figure><svg class="bars" role="img" aria-label="Citizen reports by month. {}." viewBox="0 0 380 {}" '
        'xmlns="http://www.w3.org/2000/svg">{}</svg><figcaption>The same months as bars.</figcaption></figure>'
    ).format(description, height * len(totals), Markup("").join(bars))
