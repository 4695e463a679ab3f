"""A stored file says of itself what an open one says; its first rows can still be looked at."""

from __future__ import annotations

from pathlib import Path

from tests.intake.builders import good, settings
from tests.runs.load.increment.exports import BY, SMALL, night_of, write

from patrolcast.io.increment.folder import StoreFolder
from patrolcast.io.sources.export import open_sources
from patrolcast.io.sources.first_look import first_look
from patrolcast.runs.load.increment.source import StoredFile
from patrolcast.runs.load.increment.update import Update


def test_the_look_at_columns_sees_what_it_sees_in_the_file(tmp_path: Path) -> None:
    write(tmp_path, [*good(30), "short", *good(5, start=300)])
    config = settings(tmp_path)
    snapshot, [parts] = Update(StoreFolder(tmp_path / "store"), config.incidents, BY, night_of(0), cuts=SMALL).run()
    stored = StoredFile(snapshot.sources[0], parts, tmp_path / "export.csv", delimiter=",", encoding="utf-8")
    [source] = open_sources(config.incidents)
    for names in (["until", "code"], ["source"], ["no such column"]):
        assert first_look(stored, names).equals(first_look(source, names))
    list(source.batches({"x": "code"}))
    assert stored.rejected() == source.rejected() == [(32, "fewer fields than the header", "1 field")]
