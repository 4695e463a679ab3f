"""The parts of a page, each with its height before it is drawn: head, place, key to the map, foot."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from patrolcast.report import words
from patrolcast.report.rollcall.lettering import BOLD, PLAIN, Style, fitted, lines_of, printable, width_of
from patrolcast.report.rollcall.sheets import Place, Sheet, Standing
from patrolcast.report.run.map_data import SHADES

MARGIN = 36.0
"""White space around a page, in points."""

INK, QUIET, MARK, STOP, WARN, LINE, SOFT = "#1b1f24", "#4b5560", "#b3380b", "#8c1d18", "#8a5a00", "#c9d0d8", "#f3f5f7"
_TICK = 9.0
_THIRD = 220.0  # exceptions higher than this are set smaller, then pointed at


@dataclass
class Pen:
    """A canvas with a place on it: ``x`` the left edge, ``y`` where the next block begins, downward, in points."""

    canvas: Canvas
    x: float
    y: float

    def write(self, lines: Sequence[str], style: Style, *, indent: float = 0.0) -> None:
        """Lines of printable text, one below the other."""
        self.canvas.setFont(style.font, style.size)
        self.canvas.setFillColor(HexColor(style.colour))
        for line in lines:
            self.canvas.drawString(self.x + indent, self.y - style.size, line)
            self.y -= style.leading

    def right(self, text: str, width: float) -> None:
        """A small text at the right end of the line that was written last."""
        self.canvas.setFont(PLAIN, _SMALL.size)
        self.canvas.setFillColor(HexColor(QUIET))
        self.canvas.drawRightString(self.x + width, self.y + _SMALL.leading - _SMALL.size, text)

    def rule(self, width: float) -> None:
        """A thin line across."""
        self.canvas.setStrokeColor(HexColor(LINE))
        self.canvas.setLineWidth(0.6)
        self.canvas.line(self.x, self.y, self.x + width, self.y)

    def frame(self, width: float, height: float, colour: str, *, line: float, fill: str = "#ffffff") -> None:
        """A box of this height that begins here."""
        self.canvas.setStrokeColor(HexColor(colour))
        self.canvas.setFillColor(HexColor(fill))
        self.canvas.setLineWidth(line)
        self.canvas.rect(self.x, self.y - height, width, height, stroke=1, fill=1)


@dataclass
class Block:
    """Texts below each other with space around; ``before`` and ``after`` draw what is no text."""

    texts: list[tuple[list[str], Style]]
    indent: float = 0.0
    above: float = 0.0
    below: float = 0.0
    before: Callable[[Pen, float], None] = field(default=lambda pen, height: None)
    after: Callable[[Pen], None] = field(default=lambda pen: None)

    @property
    def height(self) -> float:
        """In points, with the space around."""
        return self.above + sum(len(lines) * style.leading for lines, style in self.texts) + self.below

    def draw(self, pen: Pen) -> None:
        """Draws the block at the pen and moves the pen below it."""
        start, height = pen.y, self.height
        self.before(pen, height)
        pen.y = start - self.above
        for lines, style in self.texts:
            pen.write(lines, style, indent=self.indent)
        self.after(pen)
        pen.y = start - height


@dataclass
class Parts:
    """Blocks below each other, drawn as one."""

    blocks: list[Block]

    @property
    def height(self) -> float:
        """In points."""
        return sum(block.height for block in self.blocks)

    def draw(self, pen: Pen) -> None:
        """Draws each below the one before."""
        for block in self.blocks:
            block.draw(pen)


_SMALL = Style(PLAIN, 7.5, QUIET, most_lines=2)


def head(sheet: Sheet, standing: Standing, width: float, *, more: bool = False) -> Parts:
    """Banner, heading, shift, until when it is good, if it was published; ``more`` marks a further page."""
    kind = Block([(lines_of(f"Roll-call sheet, advisory. {standing.title}", _SMALL, width), _SMALL)], below=2)
    heading = f"{sheet.heading} (continued)" if more else sheet.heading
    large = fitted(heading, Style(BOLD, 20, most_lines=2), width, smallest=13)
    when = Style(BOLD, 12.5, most_lines=2)
    line = Style(PLAIN, 10, most_lines=2)
    texts = [large, (lines_of(sheet.when, when, width), when)]
    texts.append((lines_of(sheet.summary, line, width), line))
    if not standing.banner:  # what is not published is good at no time
        texts.append((lines_of(f"{sheet.good_until}.", Style(BOLD, 10, most_lines=2), width), Style(BOLD, 10)))
    banner = [_banner(standing.banner, width)] if standing.banner else []
    return Parts([kind, *banner, Block(texts, below=7)])


def _banner(text: str, width: float) -> Block:
    return _framed(text, Style(BOLD, 11, STOP, most_lines=4), width, colour=STOP, line=2, above=6, below=10)


def _framed(text: str, style: Style, width: float, *, colour: str, line: float, above: float, below: float) -> Block:
    """Text in a frame of its own: a banner, or what is said of a run's exceptions."""
    return Block(
        [(lines_of(text, style, width - 16), style)],
        indent=8,
        above=above,
        below=below,
        before=lambda pen, height: pen.frame(width, height - 5, colour, line=line),
    )


def place(suggested: Place, width: float, size: float) -> Block:
    """A suggested place: its rank in a circle, what and why, its visits, and boxes to tick.

    Parameters
    ----------
    size : how large it is set, 1 being the full size.
    """
    name = Style(BOLD, 12.5, most_lines=3).scaled(size)
    listed = Style(PLAIN, 10.5, most_lines=2).scaled(size)
    remark = Style(PLAIN, 9, QUIET, most_lines=4).scaled(size)
    indent, dose = 34 * size, printable(suggested.dose)
    wide = width - indent
    texts = [(lines_of(suggested.name, name, wide - width_of(dose, name) - 12), name)]
    texts.append((lines_of(suggested.listed, listed, wide), listed))
    texts += [(lines_of(text, remark, wide), remark) for text in suggested.remarks[:6]]

    def rank(pen: Pen, height: float) -> None:
        pen.rule(width)
        _rank(pen, str(suggested.rank), size)
        pen.canvas.setFont(name.font, name.size)
        pen.canvas.drawRightString(pen.x + width, pen.y - 6 - name.size, dose)

    def ticks(pen: Pen) -> None:
        pen.y -= 6
        _ticks(pen, indent, wide)

    return Block(texts, indent=indent, above=6 * size, below=26 * size, before=rank, after=ticks)


def _rank(pen: Pen, rank: str, size: float) -> None:
    radius = 12 * size
    canvas, x, y = pen.canvas, pen.x + radius + 1, pen.y - 8 - radius
    canvas.setStrokeColor(HexColor(MARK))
    canvas.setLineWidth(1.5)
    canvas.circle(x, y, radius)
    canvas.setFillColor(HexColor(INK))
    letters = (13 if len(rank) < 3 else 9) * size
    canvas.setFont(BOLD, letters)
    canvas.drawCentredString(x, y - 0.36 * letters, rank)


def _ticks(pen: Pen, indent: float, width: float) -> None:
    style = Style(PLAIN, 9)
    canvas, x, base = pen.canvas, pen.x + indent, pen.y - _TICK
    canvas.setStrokeColor(HexColor(INK))
    canvas.setFillColor(HexColor(INK))
    canvas.setFont(style.font, style.size)
    canvas.setLineWidth(0.8)
    for text in ("visited", "not visited, why:"):
        canvas.rect(x, base, _TICK, _TICK, stroke=1, fill=0)
        canvas.drawString(x + _TICK + 4, base + 1, text)
        x += _TICK + 4 + width_of(text, style) + 16
    canvas.line(x - 12, base, pen.x + indent + width, base)


def map_key(steps: Sequence[dict[str, str]], width: float) -> Block:
    """The key to the map's shades, below it, on as many lines as it needs."""
    style = Style(PLAIN, 7.5, QUIET)
    rows: list[list[tuple[float, dict[str, str]]]] = [[]]
    x = 0.0
    for step in steps:
        wide = 15 + width_of(step["label"], style)
        if rows[-1] and x + wide > width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, step))
        x += wide + 10

    def swatches(pen: Pen) -> None:
        for row in rows:
            for x, step in row:
                pen.canvas.setStrokeColor(HexColor("#8a949e"))
                pen.canvas.setLineWidth(0.4)
                pen.canvas.setFillColor(HexColor(SHADES[int(step["shade"])]))
                pen.canvas.rect(pen.x + x, pen.y - style.size, 12, 7, stroke=1, fill=1)
            for x, step in row:
                pen.write([step["label"]], style, indent=x + 15)
                pen.y += style.leading
            pen.y -= style.leading

    text = "North is up. Expected incidents in a cell and shift:" if steps else "North is up."
    return Block([([text], style)], above=3, below=len(rows) * style.leading + 4, after=swatches)


def foot(standing: Standing, width: float) -> Parts:
    """The notice, what is not as it comes, and the run; stands at the bottom of every page."""
    first, rest = standing.notice
    strong, plain = Style(BOLD, 8.5, INK), Style(PLAIN, 8.5, INK)
    texts = [(lines_of(first, strong, width - 16), strong), (lines_of(rest, plain, width - 16), plain)]
    if standing.statement:
        texts.append((lines_of(standing.statement, plain, width - 16), plain))

    def bar(pen: Pen, height: float) -> None:
        pen.frame(width, height - 5, SOFT, line=0, fill=SOFT)
        pen.canvas.setFillColor(HexColor(INK))
        pen.canvas.rect(pen.x, pen.y - height + 5, 4, height - 5, stroke=0, fill=1)

    notice = Block(texts, indent=12, above=4, below=9, before=bar)
    where = "How to read it: briefing.html. How good it is: data.html. All checks: audit.html."
    run = Block([(lines_of(f"Run {standing.run_id}. {where}", _SMALL, width - 110), _SMALL)])
    return Parts([*_exceptions(standing.exceptions, width), notice, run])


def _exceptions(sentences: Sequence[str], width: float) -> list[Block]:
    """What is not as it comes, whole; where it would fill a third of the page, the briefing that has it."""
    if not sentences:
        return []
    n = len(sentences)
    ways = f"This run differs from the defaults in {words.small(n)} {'way' if n == 1 else 'ways'}"
    for size in (7.5, 6.5):
        style = Style(PLAIN, size, INK, most_lines=99)
        text = f"Not as it comes. {ways}: {' '.join(sentences)}"
        block = _boxed(text, style, width)
        if block.height <= _THIRD:
            return [block]
    return [_boxed(f"Not as it comes. {ways}: they stand at the top of briefing.html.", Style(PLAIN, 7.5), width)]


def _boxed(text: str, style: Style, width: float) -> Block:
    return _framed(text, style, width, colour=WARN, line=1, above=4, below=9)
