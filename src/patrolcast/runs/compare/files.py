"""What a comparison leaves: comparison.json, comparison.csv and comparison.html."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.audit.batch_means import ENOUGH_NIGHTS
from patrolcast.domain.comparison import Comparison
from patrolcast.domain.records import Progress
from patrolcast.io.encode import csv_bytes, json_bytes
from patrolcast.io.safe_files import write_file
from patrolcast.report.comparison.data import comparison_document, comparison_table
from patrolcast.report.comparison.page import comparison_page
from patrolcast.runs.compare.compare import compare_variants

FOLDER = Path("comparisons")


def write_comparison(
    configs: Sequence[Path],
    *,
    out: Path | None,
    now: datetime,
    n_nights: int = ENOUGH_NIGHTS,
    n_seeds: int = 1,
    max_rows: int | None = None,
    null: bool = False,
    progress: Progress | None = None,
) -> tuple[Comparison, dict[str, Any], tuple[Path, ...]]:
    """Runs or resumes a comparison (:func:`compare_variants`) and writes its files.

    Parameters
    ----------
    out : folder of the result and of the finished parts; None: ``comparisons/<first config>`` in the working folder.

    Returns
    -------
    The comparison, the document of `comparison.json`, and the paths written.
    """
    out = out or FOLDER / configs[0].stem
    comparison = compare_variants(
        configs,
        parts=out / "parts",
        now=now,
        n_nights=n_nights,
        n_seeds=n_seeds,
        max_rows=max_rows,
        null=null,
        progress=progress,
    )
    document = comparison_document(comparison)
    files = {
        "comparison.json": json_bytes(document),
        "comparison.csv": csv_bytes(comparison_table(comparison)),
        "comparison.html": comparison_page(comparison).encode(),
    }
    return comparison, document, tuple(write_file(out / name, data) for name, data in files.items())
