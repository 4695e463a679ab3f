"""Writes docs/cli.md from the verbs' own --help (`.venv/bin/python tools/cli_reference.py`); a test compares."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path

from patrolcast.cli import main
from patrolcast.cli.app import app

PAGE = Path(__file__).parent.parent / "docs" / "cli.md"
HEAD = """# The command line

Written from `--help` by `tools/cli_reference.py`; do not edit by hand. [Exit codes](exit-codes.md) · [verbs](verbs.md)
"""


def helped(*arguments: str) -> str:
    """What ``patrolcast ARGUMENTS --help`` prints at 100 columns."""
    os.environ["COLUMNS"] = "100"
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main([*arguments, "--help"])
    return "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())


def page() -> str:
    """The whole page."""
    known = [command for command in app.registered_commands if command.callback]
    verbs = [command.name or command.callback.__name__.replace("_", "-") for command in known]
    parts = [("patrolcast", ()), *((f"patrolcast {verb}", (verb,)) for verb in verbs)]
    for group in app.registered_groups:
        inner = group.typer_instance.registered_commands if group.typer_instance else []
        names = [(str(group.name), command.name or command.callback.__name__) for command in inner if command.callback]
        parts += [(f"patrolcast {' '.join(both)}", both) for both in names]
    return HEAD + "".join(f"\n## {name}\n\n```text\n{helped(*args)}\n```\n" for name, args in parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
