"""``patrolcast simulate``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from patrolcast.cli.console import check_lines, progress_bars, say, say_json, shown_path
from patrolcast.cli.options import Config, Json, Quiet
from patrolcast.domain.errors import GateRefusedError
from patrolcast.domain.residents import GroupNames

if TYPE_CHECKING:
    from patrolcast.runs.simulate.simulate import LoopTest


def simulate(
    config: Config,
    nights: Annotated[int | None, typer.Option("--nights", min=14, help="nights of patrol, instead of [loop]")] = None,
    cities: Annotated[
        int | None, typer.Option("--cities", min=2, help="cities per scenario, instead of [loop]")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="folder of the result; default: simulated/NAME")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="also the scenarios that the verdict does not need")] = False,
    from_city: Annotated[
        bool,
        typer.Option("--from-city", help="in this config's own city: its reports as truth, its residents as groups"),
    ] = False,
    group: Annotated[
        str | None, typer.Option("--group", help="with --from-city: the group to follow; default: who lives most apart")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="processes; default: all cores; never changes a result")
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Tests in made-up cities whether the forecast feeds on itself.

    The real pipeline plans patrol in cities whose truth is known. Writes feedback.json and feedback.html, and stores
    the result with the config (configs/evidence). Without it, or when the config has changed since, nothing is
    published. An interrupted test goes on where it stopped. Exit 20 when the loop is not shown to be open. With
    --from-city the result is shown, never stored as evidence.

    Example: patrolcast simulate configs/sample.toml --cities 12 --nights 56
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.simulate.files import write_simulation

    with progress_bars(quiet=quiet or json) as progress:
        test, written = write_simulation(
            read_settings(config),
            out=out,
            now=datetime.now(UTC),
            nights=nights,
            cities=cities,
            every=every,
            from_city=from_city,
            group=group,
            workers=workers,
            progress=progress,
        )
    if json:
        say_json(written.document)
    else:
        paths = (f"wrote {shown_path(path)}" for path in written.paths)
        say([*_result_lines(test, GroupNames.stored(written.document)), *paths, *written.notes], quiet=quiet)
    return 0 if written.is_open else GateRefusedError.exit_code


def _result_lines(test: LoopTest, called: GroupNames) -> list[str]:
    from patrolcast.report.feedback.checks import loop_check_rows
    from patrolcast.report.feedback.words import loop_finding

    played = "cities" if test.fitted is None else "replays of this city"
    size = f"Verdict: {test.verdict}. {test.cities} {played} per scenario, {test.nights} nights."
    reused = f" {test.reused} pairs of runs come from an earlier start." if test.reused else ""
    finding, _ = loop_finding(str(test.verdict), in_the_city=test.fitted is not None)
    table = check_lines(loop_check_rows(test.checks))
    return [finding, f"{size}{reused}", *_fitted_lines(test, called), "", *table, ""]


def _fitted_lines(test: LoopTest, called: GroupNames) -> list[str]:
    if (fitted := test.fitted) is None:
        return []
    reports = f"{fitted['reports']:,} reports of {fitted['nights']} nights ({', '.join(fitted['categories'])})"
    cells = f"{fitted['cells']:,} cells of H3 resolution {fitted['resolution']}"
    group = f"Group b: {called(fitted['group'])}, {100 * fitted['group_share']:.0f} % of residents."
    return [f"The city was fitted to {reports} on {cells}. {group}"]
