"""The verbs: each a signature, an explanation with an example, and one call. A new verb is a new small function."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from patrolcast.cli.options import AsOf, Config, Force, Json, Quiet, Run, Runs, RunsOrDefault

app = typer.Typer(
    name="patrolcast",
    help="Advisory patrol guidance from citizen-reported incidents. A suggestion is about a place and a time, never "
    "about a person; a person decides.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
RUNS = Path("runs")


def _version(asked: bool) -> None:
    if asked:
        from patrolcast import __version__

        typer.echo(f"patrolcast {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    """Advisory patrol guidance from citizen-reported incidents.

    A suggestion is about a place and a time, never about a person; a person decides.
    """


@app.command()
def forecast(
    config: Config,
    as_of: AsOf = None,
    runs: Runs = None,
    force: Force = False,
    no_publish: Annotated[bool, typer.Option("--no-publish", help="leave runs/current as it is")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """One run: reads, forecasts, writes a run folder, prints the top suggestions and the paths.

    A run whose gates let it is published (runs/current points at it); else exit 20 names the gate, and the audit is
    still written. The identical run is not made twice.

    Example: patrolcast forecast configs/sample.toml --as-of 2026-06-29T05:00-05:00
    """
    from patrolcast.cli.forecast import do_forecast

    do_forecast(config, as_of=as_of, runs=runs, force=force, publishes=not no_publish, quiet=quiet, as_json=json)


@app.command()
def nightly(
    config: Config,
    as_of: AsOf = None,
    runs: Runs = None,
    force: Force = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """The unattended run, for a timer: lock, recovery, freshness, run, gates, publish, retention.

    One at a time (a second start exits 75 at once). A finished night is not made again. Each step is a line of JSON on
    stderr and in runs/nightly/nightly.log; runs/status.json says what is published and until when.

    Example: patrolcast nightly configs/sample.toml
    """
    from patrolcast.cli.forecast import do_nightly

    do_nightly(config, as_of=as_of, runs=runs, force=force, quiet=quiet, as_json=json)


@app.command()
def check(config: Config, quiet: Quiet = False, json: Json = False) -> int:
    """Validates config and data without running; says what would be kept and refused, and why.

    Example: patrolcast check configs/sample.toml
    """
    from patrolcast.cli.forecast import do_check

    return do_check(config, quiet=quiet, as_json=json)


@app.command()
def screen(config: Config, quiet: Quiet = False, json: Json = False) -> int:
    """Measures every feature, alone and jointly, against the groups' shares, and stores what `forecast` enforces.

    Writes configs/evidence/NAME.screen.json, to be committed with the config. Exit 20 when features that are left still
    give a group away together.

    Example: patrolcast screen configs/sample.toml
    """
    from patrolcast.cli.screen import do_screen

    return do_screen(config, quiet=quiet, as_json=json)


@app.command()
def init(
    export: Annotated[
        Path, typer.Argument(help="a records export: CSV, Parquet, GeoJSON, shapefile", metavar="EXPORT")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="the config to write; its codebook goes beside it")
    ] = Path("configs/mycity.toml"),
    force: Annotated[bool, typer.Option("--force", help="replace files that are there")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Looks at a records export and writes an explained starter config and codebook, undecided points marked.

    Example: patrolcast init exports/calls.csv --out configs/mycity.toml
    """
    from patrolcast.cli.forecast import do_init

    do_init(export, out=out, force=force, quiet=quiet, as_json=json)


@app.command()
def explain(
    run: Run,
    cell: Annotated[str, typer.Argument(help="H3 index of the cell", metavar="CELL")],
    runs: RunsOrDefault = RUNS,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Why a cell was, or was not, suggested in each shift, in plain words and in numbers.

    Example: patrolcast explain current 892664c1a8fffff
    """
    from patrolcast.cli.forecast import do_explain

    do_explain(run, cell, runs=runs, quiet=quiet, as_json=json)


@app.command()
def reproduce(
    run: Run,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="CONFIG", help="a config that says where project and data lie")
    ] = None,
    runs: RunsOrDefault = RUNS,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Makes a run again from its manifest and compares byte for byte; names the input or file that differs.

    Exit 13 when an input changed, 20 when a file came out differently. Writes nothing.

    Example: patrolcast reproduce current
    """
    from patrolcast.cli.forecast import do_reproduce

    return do_reproduce(run, config=config, runs=runs, quiet=quiet, as_json=json)


@app.command()
def backtest(
    config: Config,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="folder to write to; absent: backtests/<name>")
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Forecasts past nights again and scores them beside counting and every peer: backtest.json, backtest.html.

    What was broken off goes on: finished parts stay in DIR/parts until config, inputs or code change.

    Example: patrolcast backtest configs/sample.toml --out backtests/sample
    """
    from patrolcast.cli.backtest import do_backtest

    do_backtest(config, out=out, quiet=quiet, as_json=json)


@app.command()
def compare(
    configs: Annotated[
        list[Path], typer.Argument(help="two or more configs of one city; the first is the base", metavar="CONFIG...")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="folder to write to; absent: comparisons/<first config>")
    ] = None,
    nights: Annotated[int, typer.Option("--nights", metavar="N", help="nights of suggestions to compare")] = 180,
    seeds: Annotated[int, typer.Option("--seeds", metavar="N", help="training seeds to average over")] = 1,
    rows: Annotated[
        int | None, typer.Option("--rows", metavar="N", min=10_000, help="training rows at most, to measure sooner")
    ] = None,
    null: Annotated[bool, typer.Option("--null", help="adds the base with other seeds: it must not win")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Config variants on the same incidents, nights and budget, side by side; what a difference supports and what not.

    Writes comparison.html, .json and .csv. Needs 180 nights for honest intervals; fewer are marked. A start after a cut
    goes on where it stopped. Variants that hold officer-initiated records can be compared here and run nowhere.

    Example: patrolcast compare configs/variants/sample_citizen_only.toml configs/variants/sample_with_enforcement.toml
    """
    from patrolcast.cli.compare import do_compare

    do_compare(configs, out=out, nights=nights, seeds=seeds, rows=rows, null=null, quiet=quiet, as_json=json)


@app.command()
def monitor(
    config: Config,
    as_of: AsOf = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="folder of the result; default: monitored/NAME")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="without the runs on changed data; then no verdict is stored")
    ] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Does it feed on itself in use? Checks on the dosage log and the records since; an alarm pauses publication.

    Writes monitor.json and monitor.html, and stores the verdict with the config (configs/evidence). Exit 20 on an
    alarm. Run it every week: the checks may be looked at as often as one likes.

    Example: patrolcast monitor configs/sample.toml
    """
    from patrolcast.cli.monitor import do_monitor

    return do_monitor(config, as_of=as_of, out=out, quick=quick, quiet=quiet, as_json=json)


@app.command()
def sample(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="folder to write it to")] = Path("data/sample"),
    quiet: Quiet = False,
) -> None:
    """Rebuilds the sample city byte for byte from its seed.

    Example: patrolcast sample --out data/sample
    """
    from patrolcast.cli.forecast import do_sample

    do_sample(out, quiet=quiet)


@app.command()
def simulate(
    config: Config,
    nights: Annotated[int | None, typer.Option("--nights", min=14, help="nights of patrol, instead of [loop]")] = None,
    cities: Annotated[int | None, typer.Option("--cities", min=2, help="cities a scenario, instead of [loop]")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="folder of the result; default: simulated/NAME")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="also the scenarios that the verdict does not need")] = False,
    from_city: Annotated[
        bool,
        typer.Option("--from-city", help="in this config's own city: its reports as truth, its residents as groups"),
    ] = False,
    group: Annotated[
        str | None, typer.Option("--group", help="with --from-city: whom to tell apart; default: who lives most apart")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="processes; default: all cores; never changes a result")
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Does it feed on itself? The closed loop over the real pipeline, in cities whose truth is known.

    Writes feedback.json and feedback.html, and stores the result with the config (configs/evidence): without it, or
    when the config has changed since, nothing is published. An interrupted test goes on where it stopped. Exit 20 when
    the loop is not shown to be open. With --from-city the result is told, never stored as evidence.

    Example: patrolcast simulate configs/sample.toml --cities 3 --nights 56
    """
    from patrolcast.cli.simulate import do_simulate

    return do_simulate(
        config, nights=nights, cities=cities, out=out, every=every, from_city=from_city, group=group,
        workers=workers, quiet=quiet, as_json=json,
    )  # fmt: skip
