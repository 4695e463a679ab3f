"""Articles 9 to 15, each with where it is answered; the files that it names are made."""

from __future__ import annotations

import re

from tests.report.records.recorded_run import make_sources

from patrolcast.report.records.catalogue import DOCUMENTS
from patrolcast.report.records.documents.eu_index import eu_index

OF_THE_RUN = {"audit.html", "data.html"}


def test_articles_nine_to_fifteen() -> None:
    assert [part.key for part in eu_index(make_sources()).parts] == [f"article_{n}" for n in range(9, 16)]


def test_every_page_that_it_names_is_made() -> None:
    text = " ".join(saying.text for _, saying in eu_index(make_sources()).sayings())
    named = set(re.findall(r"[a-z_]+\.html", text))
    assert named >= {"risk_register.html", "model_card.html"}
    assert named - OF_THE_RUN <= {f"{name}.html" for name in DOCUMENTS}
