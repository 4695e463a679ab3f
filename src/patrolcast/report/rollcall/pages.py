"""Lays sheets out on paper and draws them: `rollcall.pdf` as bytes.

A sheet is one page where its places, its map and what must stand on every page fit. Places are set up to 15 % smaller
where that saves a page; what still does not fit runs on over further pages, each with the heading, until when it is
good, the notice and, of a run that is not published, the banner. The map follows the last place.
"""

from datetime import UTC
from hashlib import md5
from io import BytesIO
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from patrolcast.domain.records import RunContext, RunResult
from patrolcast.report.rollcall.blocks import MARGIN, Block, Pen, foot, head, map_key, place
from patrolcast.report.rollcall.district_map import CityMap, city_map, draw_map, height_for
from patrolcast.report.rollcall.lettering import PLAIN, font_named
from patrolcast.report.rollcall.paper import paper_size
from patrolcast.report.rollcall.sheets import Sheet, Standing, sheets_of, standing_of

SIZES = (1.0, 0.92, 0.85)
"""How large places are set, tried in this order: below 85 % the smallest letters would be under 7.5 points."""

LEAST_MAP, MOST_MAP = 130.0, 340.0
"""Height of the map in points: below the first a district's cells cannot be seen between their ranks."""


def roll_call_pdf(result: RunResult, context: RunContext) -> bytes:
    """The night's sheets as one PDF: shifts in time, in each the districts as people count them.

    Parameters
    ----------
    result : what the run made; ``result.gates`` must hold every gate, those on the sources too.
    context : what surrounds it. The PDF's own date is ``context.as_of``: nothing of the clock is in it.
    """
    paper = paper_size(context.timezone)
    sheets, standing, city = sheets_of(result, context), standing_of(result, context), city_map(result)
    pdf = BytesIO()
    canvas = _canvas(pdf, paper, context)
    shift = -1
    for number, sheet in enumerate(sheets, start=1):
        canvas.bookmarkPage(f"sheet-{number}")
        if sheet.shift != shift:
            shift = sheet.shift
            canvas.addOutlineEntry(sheet.when, f"sheet-{number}", level=0, closed=True)
        canvas.addOutlineEntry(sheet.heading, f"sheet-{number}", level=1)
        _draw_sheet(canvas, sheet, standing, city, paper, f"Sheet {number} of {len(sheets)}")
    if not sheets:
        _draw_empty(canvas, standing, paper)
    canvas.save()
    return pdf.getvalue()


def _canvas(file: BytesIO, paper: tuple[float, float], context: RunContext) -> Canvas:
    font_named(PLAIN)
    canvas = Canvas(file, pagesize=paper, pageCompression=0, invariant=1, initialFontName=PLAIN, lang="en")
    stamp = context.as_of.astimezone(UTC)
    canvas.setTitle(f"Roll-call sheets: {context.title}")
    canvas.setAuthor("patrolcast")
    canvas.setCreator("patrolcast")
    canvas.setSubject(f"Run {context.run_id}")
    canvas.setDateFormatter(lambda *ignored: f"D:{stamp:%Y%m%d%H%M%S}Z")
    # Even an "invariant" document takes SOURCE_DATE_EPOCH into its id.
    canvas._doc.signature = md5(context.run_id.encode(), usedforsecurity=False)
    return canvas


def _draw_sheet(
    canvas: Canvas, sheet: Sheet, standing: Standing, city: CityMap, paper: tuple[float, float], number: str
) -> None:
    width = paper[0] - 2 * MARGIN
    top, end = head(sheet, standing, width), foot(standing, width)
    key = map_key(city.legend, width)
    room = paper[1] - 2 * MARGIN - top.height - end.height
    pages = _paged(sheet, width, room, LEAST_MAP + key.height)
    for at, blocks in enumerate(pages, start=1):
        pen = Pen(canvas, MARGIN, paper[1] - MARGIN)
        page_label = f"{number}, page {at} of {len(pages)}" if len(pages) > 1 else number
        (top if at == 1 else head(sheet, standing, width, more=True)).draw(pen)
        for block in blocks:
            block.draw(pen)
        if at == len(pages):
            left = pen.y - MARGIN - end.height - key.height
            tall = min(left, MOST_MAP, max(height_for(city, sheet.district, width), LEAST_MAP))
            box = (MARGIN, pen.y - tall, width, tall)
            marks = [(suggested.rank, suggested.cell) for suggested in sheet.places]
            draw_map(canvas, city, box, district=sheet.district, shift=sheet.shift, marks=marks)
            pen.y -= tall
            key.draw(pen)
        pen.y = MARGIN + end.height
        end.draw(pen)
        pen.right(page_label, width)
        canvas.showPage()


def _paged(sheet: Sheet, width: float, room: float, map_room: float) -> list[list[Block]]:
    """The blocks of each page, on the fewest pages and then as large as they can be; the last has room for the map."""
    tried = [_filled([place(suggested, width, size) for suggested in sheet.places], room, map_room) for size in SIZES]
    return min(tried, key=len)


def _filled(blocks: list[Block], room: float, map_room: float) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    left = room
    for block in blocks:
        if block.height > left:
            pages.append([])
            left = room
        pages[-1].append(block)
        left -= block.height
    return pages if left >= map_room else [*pages, []]


def _draw_empty(canvas: Canvas, standing: Standing, paper: tuple[float, float]) -> None:
    width = paper[0] - 2 * MARGIN
    nothing: dict[str, Any] = {"district": "", "shift": 0, "good_until": "", "places": ()}
    sheet = Sheet(heading="No shift", when="", summary="This run has no shift to print.", **nothing)
    head(sheet, standing, width).draw(Pen(canvas, MARGIN, paper[1] - MARGIN))
    end = foot(standing, width)
    end.draw(Pen(canvas, MARGIN, MARGIN + end.height))
    canvas.showPage()
