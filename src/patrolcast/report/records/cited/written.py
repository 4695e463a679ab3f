"""A record as a page, as Markdown and as JSON. On a page each figure names its source in `<data value="...">`."""

from typing import Any

from markupsafe import Markup, escape

from patrolcast.report.packaged import packaged
from patrolcast.report.page import render, safe_text
from patrolcast.report.records.cited.record import Listing, Part, Record, plain_tree
from patrolcast.report.records.cited.sources import Figure, Saying
from patrolcast.report.run.model_card_markdown import escaped


def record_page(
    record: Record, *, status: Saying, published: bool, facts: list[tuple[str, Saying]], notice: Saying
) -> str:
    """A self-contained page. ``status`` says whether the run was published, and by which checks it was not."""
    return render(
        "record.html",
        title=record.title,
        style=packaged("assets/page.css"),
        record=record,
        status=status,
        published=published,
        facts=facts,
        notice=notice,
        marked=marked,
    )


def index_page_of_records(
    records: list[tuple[str, str, str, list[str]]],
    *,
    title: str,
    status: Saying,
    published: bool,
    facts: list[tuple[str, Saying]],
    notice: Saying,
) -> str:
    """The page that lists the documents: key, title, what each says, its files."""
    return render(
        "records_index.html",
        title=title,
        style=packaged("assets/page.css"),
        records=records,
        status=status,
        published=published,
        facts=facts,
        notice=notice,
        marked=marked,
    )


def marked(saying: Saying) -> Markup:
    """A sentence as markup, each figure with the file and pointer that it comes from."""
    return Markup("").join(_piece(piece) for piece in saying.pieces)


def _piece(piece: str | Figure) -> Markup:
    if isinstance(piece, str):
        return escape(piece)
    source = escape(safe_text(f"{piece.source}#{piece.pointer}"))
    return Markup('<data value="{}">{}</data>').format(source, safe_text(piece.text))


def record_markdown(record: Record, *, status: Saying, notice: Saying) -> str:
    """The record as Markdown; text from files is escaped."""
    head = (
        f"# {escaped(record.title)}\n\n{escaped(record.shape)}\n\n{escaped(status.text)}\n\n> {escaped(notice.text)}\n"
    )
    return head + "".join(f"\n## {escaped(part.title)}\n\n{_body(part)}\n" for part in record.parts)


def _body(part: Part) -> str:
    blocks = [escaped(sentence.text) for sentence in part.sentences]
    blocks += ["\n".join(f"- **{escaped(entry.label)}**: {escaped(entry.answer.text)}" for entry in part.entries)]
    blocks += ["\n".join(f"- {escaped(point.text)}" for point in part.points)]
    return "\n\n".join(block for block in [*blocks, *(_grid(grid) for grid in part.grids if grid.rows)] if block)


def _grid(grid: Listing) -> str:
    rows = [grid.head, tuple("---" for _ in grid.head), *(tuple(escaped(c.text) for c in row) for row in grid.rows)]
    return f"{escaped(grid.caption)}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)


def record_tree(record: Record, *, status: Saying) -> dict[str, Any]:
    """The record as JSON: its own tree where a standard has one, else its entries by part."""
    if record.tree is not None:
        return dict(plain_tree(record.tree))
    parts = {part.key: {entry.key: entry.answer.text for entry in part.entries} for part in record.parts}
    return {"title": record.title, "shape": record.shape, "status": status.text, **parts}
