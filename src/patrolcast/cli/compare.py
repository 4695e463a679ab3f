"""The work of `compare`: measures, writes three files, tells the finding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from patrolcast.cli.tell import progress_bars, say, say_json, shown_path, table_lines
from patrolcast.domain.comparison import Comparison
from patrolcast.io.encode import csv_bytes, json_bytes
from patrolcast.io.safe_files import replace_synced, write_errors


def do_compare(
    configs: Sequence[Path],
    *,
    out: Path | None,
    nights: int,
    seeds: int,
    rows: int | None,
    null: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Variants side by side; what was measured before a cut is used again."""
    from patrolcast.report.comparison.data import comparison_document, comparison_table
    from patrolcast.report.comparison.page import comparison_page
    from patrolcast.runs.compare.compare import compare_variants

    out = out or Path("comparisons") / configs[0].stem
    with progress_bars(quiet=quiet or as_json) as progress:
        found = compare_variants(
            configs, parts=out / "parts", now=datetime.now(UTC), n_nights=nights, n_seeds=seeds, max_rows=rows,
            null=null, progress=progress,
        )  # fmt: skip
    document = comparison_document(found)
    files = {
        "comparison.json": json_bytes(document),
        "comparison.csv": csv_bytes(comparison_table(found)),
        "comparison.html": comparison_page(found).encode(),
    }
    with write_errors(out):
        out.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            replace_synced(out / name, data)
    if as_json:
        say_json(document)
        return
    say([*told_lines(found), "", *(f"wrote {shown_path(out / name)}" for name in files)], quiet=quiet)


def told_lines(found: Comparison) -> list[str]:
    """The finding, the levels as a table, a sentence for each pair with the base."""
    from patrolcast.report.comparison.words import (
        finding,
        format_value,
        null_check,
        pair_sentence,
        short_name,
        variant_name,
    )

    rows = [
        {"measure": short_name(m)}
        | {variant_name(one.name): format_value(m, one.measured[m.name].estimate) for one in found.variants}
        for m in found.measures
    ]
    base = found.variants[0].name
    told_pairs = [pair_sentence(found, pair) for pair in found.pairs if pair.first == base]
    check = [null_check(found)] if null_check(found) else []
    return [f"{found.title}: {finding(found)}", "", *table_lines(rows), "", *told_pairs, *check, *found.notes]
