"""Records read through the incremental store: a night reads the lines that are new, and decides as if it had read all.

The seam is the table of raw rows (`intake.raw_rows.RawTable`): every field of a row as it was read, before any rule
looks at it. No rule before it needs another row; nearly every rule after it does (shares that refuse a file, versions,
batches, dates at midnight), so those run on the whole table every night, as they do without a store.

Read `rows` (a part of such a table as a Parquet file, and parts joined to the whole), `update` (tonight's snapshot:
which parts stand, which are read), `source` (a stored file in the place of an open one), then `city`, which runs use.
"""

from pathlib import Path

from patrolcast.domain.settings import Settings


def store_folder(settings: Settings, runs: Path) -> Path | None:
    """Where the store of a city lies, whose runs are in ``runs``; None where the config switches none on."""
    return (settings.store.folder or runs / "store") if settings.store.enabled else None
