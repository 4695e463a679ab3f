"""Records read through the incremental store: a night reads the lines that are new, and decides as if it had read all.

The seam is the table of raw rows (`intake.raw_rows.RawTable`): every field of a row as it was read, before any rule
looks at it. No rule before it needs another row; nearly every rule after it does (shares that refuse a file, versions,
batches, dates at midnight), so those run on the whole table every night, as they do without a store.

Read `rows` (a part of such a table as a Parquet file, and parts joined to the whole), `update` (tonight's snapshot:
which parts stand, which are read), `source` (a stored file in the place of an open one), `keyed` and `query` (the same
for the rows of a database), `look` (columns that are in no part), then `city`, which runs use.
"""

from datetime import datetime
from pathlib import Path

from patrolcast.domain.settings import Settings
from patrolcast.io.encode import iso_utc
from patrolcast.io.increment.folder import StoreFolder


def store_folder(settings: Settings, runs: Path) -> Path | None:
    """Where the store of a city lies, whose runs are in ``runs``; None where the config switches none on."""
    return (settings.store.folder or runs / "store") if settings.store.enabled else None


def last_said(settings: Settings, runs: Path, *, now: datetime) -> str | None:
    """What the start of ``now`` made of the store, for its log; None where it did not ask it."""
    folder = store_folder(settings, runs)
    noted = None if folder is None else StoreFolder(folder).noted()
    if noted is None or noted.get("at") != iso_utc(now.replace(second=0, microsecond=0)):
        return None
    return f"{noted.get('text')}" if noted.get("used") else f"not used, the whole export was read: {noted.get('text')}"
