"""The parts of a page are as high as they say, whatever is written in them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas
from tests.report.sheet_reader import SheetReader

from patrolcast.domain.records import NOTICE
from patrolcast.report.rollcall.blocks import Block, Parts, Pen, foot, head, map_key, place
from patrolcast.report.rollcall.lettering import PLAIN, font_named
from patrolcast.report.rollcall.sheets import Place, Sheet, Standing

WIDTH, TOP = 540.0, 700.0
LONG = "Northwest by the Old Harbor and " * 30


def a_place(**more: Any) -> Place:
    given = {"rank": 3, "cell": 1, "name": "Elm St & Oak Ave", "dose": "2 × 15 min", "listed": "Listed for theft",
             "remarks": ("40 reports of theft here in the past year", "Expected incidents 0.055.")}  # fmt: skip
    return Place(**{**given, **more})


def a_sheet(**more: Any) -> Sheet:
    given = {"district": "12", "shift": 0, "heading": "District 12", "when": "Monday 5 November, 06:00 to 14:00 CST",
             "summary": "Four places.", "good_until": "Good until noon", "places": ()}  # fmt: skip
    return Sheet(**{**given, **more})


def a_standing(**more: Any) -> Standing:
    first, _, rest = NOTICE.partition(". ")
    given = {"title": "Sample", "banner": "", "notice": (f"{first}.", rest), "statement": "", "exceptions": (),
             "run_id": "20260630T1000Z-sample-1a2b3c"}  # fmt: skip
    return Standing(**{**given, **more})


def drawn(block: Block | Parts) -> tuple[SheetReader, float]:
    """What was written, and where the pen stands after it."""
    made = BytesIO()
    font_named(PLAIN)
    canvas = Canvas(made, pagesize=(612, 792), pageCompression=0, invariant=1, initialFontName=PLAIN)
    pen = Pen(canvas, 36.0, TOP)
    block.draw(pen)
    canvas.save()
    return SheetReader(made.getvalue()), pen.y


BLOCKS = {
    "place": place(a_place(), WIDTH, 1.0),
    "smaller place": place(a_place(), WIDTH, 0.85),
    "long place": place(a_place(name=LONG, listed=LONG, remarks=(LONG,) * 9), WIDTH, 1.0),
    "one long word": place(a_place(name="x" * 3000, remarks=("y" * 3000,)), WIDTH, 1.0),
    "empty place": place(a_place(name="", listed="", remarks=()), WIDTH, 1.0),
    "three digits": place(a_place(rank=128), WIDTH, 1.0),
    "head": head(a_sheet(), a_standing(), WIDTH),
    "long head": head(a_sheet(heading=LONG, when=LONG), a_standing(title=LONG, banner=LONG), WIDTH, more=True),
    "foot": foot(a_standing(), WIDTH),
    "foot with exceptions": foot(a_standing(exceptions=("One limit is wider.",) * 9, statement=LONG), WIDTH),
    "legend": map_key([{"shade": str(i), "label": f"0.{i} to 0.{i + 1}"} for i in range(7)], WIDTH),
    "legend on more lines": map_key([{"shade": str(i), "label": f"0.{i} to 0.{i + 1}"} for i in range(7)], 150),
    "no legend": map_key([], WIDTH),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_writes_within_the_height_and_width_it_says(name: str) -> None:
    read, after = drawn(BLOCKS[name])
    assert after == pytest.approx(TOP - BLOCKS[name].height)
    for left, bottom, right, top in read.letters(0):
        assert left >= 35.5
        assert right <= 36 + WIDTH + 1
        assert top <= TOP
        assert bottom >= after - 0.5


def test_a_place_says_its_rank_its_name_its_visits_and_has_boxes_to_tick() -> None:
    read, _ = drawn(BLOCKS["place"])
    for words in ("Elm St & Oak Ave", "2 × 15 min", "Listed for theft", "40 reports", "visited", "not visited, why:"):
        assert words in read.pages[0]
    assert "3" in read.pages[0].split()


def test_a_name_never_runs_into_the_visits() -> None:
    read, _ = drawn(BLOCKS["long place"])
    dose = [box for text, box, _ in read.pieces(0) if "15 min" in text]
    name = [box for text, box, _ in read.pieces(0) if text.startswith("Northwest") and box[3] > TOP - 24]
    assert dose
    assert name
    assert max(box[2] for box in name) < min(box[0] for box in dose if box[0] > 400)


def test_exceptions_stand_whole_or_point_at_the_page_that_has_them() -> None:
    few = [f"Limit {i} is wider than it comes, by a waiver of the chief." for i in range(12)]
    read, _ = drawn(foot(a_standing(exceptions=tuple(few)), WIDTH))
    assert all(one in read.pages[0] for one in few)
    assert "This run differs from the defaults in 12 ways:" in read.pages[0]
    many = foot(a_standing(exceptions=tuple(few) * 30), WIDTH)
    read, _ = drawn(many)
    assert "in 360 ways: they stand at the top of briefing.html." in read.pages[0]
    assert many.height < 150


def test_the_banner_is_red_and_a_published_sheet_has_none() -> None:
    read, _ = drawn(head(a_sheet(), a_standing(banner="Not published. Do not use this sheet."), WIDTH))
    assert {colour for text, _, colour in read.pieces(0) if "Not published" in text} == {(0x8C, 0x1D, 0x18)}
    plain, _ = drawn(BLOCKS["head"])
    assert (0x8C, 0x1D, 0x18) not in {colour for _, _, colour in plain.pieces(0)}
