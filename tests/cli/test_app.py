"""`patrolcast --help` on a terminal of 80 columns: every summary is whole."""

from __future__ import annotations

import inspect

from typer.testing import CliRunner

from patrolcast.cli.app import VERBS, app


def test_every_summary_is_whole_at_80_columns() -> None:
    shown = CliRunner().invoke(app, ["--help"], terminal_width=80, max_content_width=80, env={"COLUMNS": "80"}).output
    lines = shown.splitlines()
    listed = [" ".join(line.split()) for line in lines[lines.index("Commands:") + 1 :] if line.strip()]
    for verb in VERBS:
        assert f"{verb.__name__.replace('_', '-')} {(inspect.getdoc(verb) or '').splitlines()[0]}" in listed
    assert [line for line in listed if "..." in line or not line.endswith(".")] == []
    assert max(map(len, lines)) <= 80
