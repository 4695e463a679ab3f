"""Small dosage logs for tests: three rows that are right, to be spoiled one value at a time."""

from __future__ import annotations

from pathlib import Path

from patrolcast.domain.dosage_log import LOG_COLUMN_NAMES

CELLS = ("892664c1a8fffff", "892664c1a8bffff", "892664c1a83ffff")


def good_row(cell: str = CELLS[0], **other: str) -> dict[str, str]:
    return {
        "suggestion_id": f"20260629T1100Z-{cell}",
        "run_id": "20260629T1000Z-tiny-0badcafe",
        "shift_start": "2026-06-29T11:00:00Z",
        "shift_end": "2026-06-29T14:00:00-05:00",
        "district": "1",
        "cell": cell,
        "role": "suggested",
        "propensity": "0.5",
        "variant": "band",
        "score": "0.25",
        "suggested_visits": "2",
        "suggested_minutes": "30",
        "decision": "accepted",
        "reason": "",
        "delivered_visits": "1",
        "delivered_minutes": "14.5",
        "source": "avl",
        "score_28_days_later": "",
    } | other


def write_log(path: Path, rows: list[dict[str, str]], *, header: tuple[str, ...] = LOG_COLUMN_NAMES) -> Path:
    lines = [",".join(header), *(",".join(row.get(name, "") for name in header) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
