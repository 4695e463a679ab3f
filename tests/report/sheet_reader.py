"""Reads a PDF back with another library than the one that made it: pages, words, where letters lie."""

from __future__ import annotations

from ctypes import c_uint

import pypdfium2
import pypdfium2.raw as pdfium

Rect = tuple[float, float, float, float]


class SheetReader:
    """The pages of a PDF as text, and where on the paper its words lie, in points from the lower left corner."""

    def __init__(self, data: bytes) -> None:
        self.document = pypdfium2.PdfDocument(data)
        self.sizes = [page.get_size() for page in self.document]
        self.pages = [" ".join(page.get_textpage().get_text_bounded().split()) for page in self.document]
        self.about = self.document.get_metadata_dict()

    def letters(self, page: int) -> list[Rect]:
        """The box of each visible letter: left, bottom, right, top."""
        text = self.document[page].get_textpage()
        boxes = [text.get_charbox(i) for i in range(text.count_chars())]
        return [box for box in boxes if box[2] > box[0] and box[3] > box[1]]

    def pieces(self, page: int) -> list[tuple[str, Rect, tuple[int, int, int]]]:
        """Each text as it was written: its words, its box and its colour (red, green, blue)."""
        leaf = self.document[page]
        text, found = leaf.get_textpage(), []
        for piece in leaf.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            colour = [c_uint() for _ in range(4)]
            pdfium.FPDFPageObj_GetFillColor(piece, *colour)
            box = piece.get_bounds()
            found.append((text.get_text_bounded(*box).strip(), box, tuple(part.value for part in colour[:3])))
        return found


def overlapping(boxes: list[Rect], *, by: float = 1.0) -> list[tuple[Rect, Rect]]:
    """Pairs of boxes that share more than ``by`` points both across and down."""
    return [
        (a, b)
        for i, a in enumerate(boxes)
        for b in boxes[i + 1 :]
        if min(a[2], b[2]) - max(a[0], b[0]) > by and min(a[3], b[3]) - max(a[1], b[1]) > by
    ]
