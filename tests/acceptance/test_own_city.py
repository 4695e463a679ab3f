"""`docs/own-city.md`: each command of the page, run as a new user would, prints what the page says it prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests.acceptance.conftest import ROOT, called, patrolcast
from tests.acceptance.local_codes import local_codes, write_agency
from tests.acceptance.test_local_codes import answered

PAGE = ROOT / "docs" / "own-city.md"
MADE = re.compile(r"(?<=-harbor-)[0-9a-f]{8}")
"""What of a run's id hangs on the code."""


def blocks() -> list[str]:
    return re.findall(r"^```\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def said(block: str) -> list[str]:
    return [MADE.sub("", line) for line in block.splitlines() if line.strip() not in {"", "..."}]


def test_the_commands_of_the_page_print_what_it_says(tmp_path: Path) -> None:
    write_agency(tmp_path / "export")
    codebook = tmp_path / "configs" / "codebooks" / "harbor.csv"
    commands = [block for block in blocks() if block.startswith("$ patrolcast ")]
    assert len(commands) == 4
    for n, block in enumerate(commands):
        command, *lines = said(block)
        if n == 2:
            answered(codebook, {code.code: code for code in local_codes()})
        start = patrolcast if n == 0 else called  # a process of its own takes seconds to begin
        done = start(*shlex.split(command)[2:], cwd=tmp_path)
        printed = {MADE.sub("", line.rstrip()) for line in (done.stdout + done.stderr).splitlines()}
        assert [line for line in lines if line not in printed] == [], command
        if n == 0:
            written = {
                *(tmp_path / "configs" / "harbor.toml").read_text().splitlines(),
                *codebook.read_text().splitlines(),
            }
            shown = [
                line
                for part in blocks()[1:5]
                if part not in commands and "area.names" not in part
                for line in said(part)
            ]
            assert [line for line in shown if line not in written] == []
