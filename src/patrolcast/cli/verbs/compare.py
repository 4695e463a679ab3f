"""``patrolcast compare``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from patrolcast.cli.console import progress_bars, say, say_json, shown_path, table_lines
from patrolcast.cli.options import Json, Quiet

if TYPE_CHECKING:
    from patrolcast.domain.comparison import Comparison


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
    null: Annotated[
        bool, typer.Option("--null", help="add the base with other seeds: no difference may be clear")
    ] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Compares variants of a config on the same nights and budget.

    Says which differences are clear and which are not. Writes comparison.html, .json and .csv. Honest intervals take
    180 nights; with fewer, the page says so. An interrupted comparison goes on where it stopped. Variants that hold
    officer-initiated records can be compared here and run nowhere else.

    Example: patrolcast compare configs/variants/sample_citizen_only.toml configs/variants/sample_with_enforcement.toml
    """
    from patrolcast.runs.compare.compare import write_comparison

    with progress_bars(quiet=quiet or json) as progress:
        comparison, document, paths = write_comparison(
            configs,
            out=out,
            now=datetime.now(UTC),
            n_nights=nights,
            n_seeds=seeds,
            max_rows=rows,
            null=null,
            progress=progress,
        )
    if json:
        say_json(document)
    else:
        say([*result_lines(comparison), "", *(f"wrote {shown_path(path)}" for path in paths)], quiet=quiet)


def result_lines(comparison: Comparison) -> list[str]:
    """The finding, the levels as a table, a sentence for each pair with the base."""
    from patrolcast.report.comparison.finding import comparison_finding, null_check
    from patrolcast.report.comparison.words import format_value, pair_sentence, short_name, variant_name

    rows = [
        {"measure": short_name(measure, comparison.group_names)}
        | {
            variant_name(variant.name): format_value(measure, variant.measured[measure.name].estimate)
            for variant in comparison.variants
        }
        for measure in comparison.measures
    ]
    base = comparison.variants[0].name
    pairs = [pair_sentence(comparison, pair) for pair in comparison.pairs if pair.first == base]
    check = [sentence] if (sentence := null_check(comparison)) else []
    head = f"{comparison.title}: {comparison_finding(comparison)}"
    return [head, "", *table_lines(rows), "", *pairs, *check, *comparison.notes]
