"""The card in Markdown shows what an export or a config says as text: a renderer makes no element of it."""

from __future__ import annotations

import dataclasses
import re

import pytest
from markdown_it import MarkdownIt

from patrolcast.domain.records import RunContext, RunResult
from patrolcast.report.run.model_card_markdown import card_markdown

HOSTILE = ["<script>alert(1)</script>", "[click](https://x.org)", "![x](https://x.org/a.png)", "**bold** `code`",
           "a | b", "# heading", "- item", "+ item", "7. item", "1) item", "-99.5", "&lt;b&gt;", "~~~"]  # fmt: skip


def elements(card: str) -> list[str]:
    """The elements that CommonMark with tables makes of a card, raw HTML let through."""
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(card)
    return re.findall(r"</?[a-zA-Z][^>]*>", page)


def card_of(result: RunResult, context: RunContext, text: str) -> str:
    account = dataclasses.replace(context.sources[0], name=text, notes=(text,), refused={text: 1500})
    return card_markdown(result, dataclasses.replace(context, title=text, sources=(account,), notes=(text,)))


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_in_a_name_is_shown_as_text(text: str, result: RunResult, context: RunContext) -> None:
    assert elements(card_of(result, context, text)) == elements(card_of(result, context, "harmless"))


def test_markdown_that_was_not_escaped_would_be_seen(result: RunResult, context: RunContext) -> None:
    card = card_of(result, context, "harmless")
    for text in HOSTILE[:4]:
        assert elements(card.replace("Model card: harmless", f"Model card: {text}")) != elements(card)
