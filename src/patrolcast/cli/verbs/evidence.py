"""``patrolcast evidence verify``."""

import os
import tempfile
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from patrolcast.cli.console import progress_bars, say, say_json
from patrolcast.cli.options import Config, Json, Quiet
from patrolcast.domain.errors import GateRefusedError


class EvidenceKind(StrEnum):
    """A kind of stored evidence."""

    LOOP = "loop"
    MONITOR = "monitor"
    SCREEN = "screen"


def verify(
    config: Config,
    quick: Annotated[bool, typer.Option("--quick", help="only what is stored; nothing is measured again")] = False,
    kind: Annotated[list[EvidenceKind] | None, typer.Option("--kind", help="this kind only; may come twice")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="processes of the loop test; default: all cores")
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Measures stored evidence again and compares.

    Was it measured by this code, from these inputs, and is it untouched? One line for each kind: screen, loop test,
    look at the dosage log. Measuring takes as long as the evidence took; --quick asks only seal, signature, binding
    and consistency. Exit 20 when one does not hold. Writes nothing.

    Example: patrolcast evidence verify configs/sample.toml --quick
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.io.store.evidence import KINDS
    from patrolcast.runs.evidence.verify import verify_evidence

    kinds = tuple(str(name) for name in kind) if kind else KINDS
    with tempfile.TemporaryDirectory() as parts, progress_bars(quiet=quiet or json) as progress:
        checked = verify_evidence(
            read_settings(config),
            now=datetime.now(UTC),
            parts=Path(parts),
            kinds=kinds,
            quick=quick,
            workers=workers or os.cpu_count() or 1,
            progress=progress,
        )
    if json:
        say_json(
            {
                "evidence": [
                    {"kind": evidence.kind, "holds": not evidence.fault, "line": evidence.line} for evidence in checked
                ]
            }
        )
    else:
        say([evidence.line for evidence in checked], quiet=quiet)
    return GateRefusedError.exit_code if any(evidence.fault for evidence in checked) else 0
