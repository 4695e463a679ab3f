"""`init` from the address of a dataset: fetch it beside the config to be, then look at it like at any export.

Columns about persons are never asked for: the draft names them in ``leave_out``, and a later fetch holds to it.
"""

from dataclasses import replace
from datetime import datetime
from json import dumps
from pathlib import Path

from patrolcast.domain.errors import CannotWriteError, UsageError, shown
from patrolcast.domain.records import Progress
from patrolcast.domain.settings.outside import Portal, parse_dataset
from patrolcast.io.safe_files import write_file
from patrolcast.io.sources.byte_stream import is_there
from patrolcast.runs.fetch.fetch import person_columns, read_into
from patrolcast.runs.init.draft import DraftedCity, codebook_path, init_city, objectives_path


def init_from_portal(
    dataset: str, *, where: str | None = None, out: Path, overwrite: bool = False, offence: str | None = None,
    now: datetime, progress: Progress,
) -> DraftedCity:  # fmt: skip
    """Fetch a dataset to ``portal/<stem of out>.csv`` beside the config and draft the config from it.

    Parameters
    ----------
    where : which rows, in the words of the portal.

    Raises
    ------
    UsageError
        no address of a dataset; CKAN with ``where``.
    PatrolcastError
        as `fetch` and `init_city` say.
    """
    try:
        address = parse_dataset(dataset)
    except ValueError as error:
        raise UsageError("EXPORT", got=shown(dataset), rule=str(error)) from None
    if where is not None and address.kind == "ckan":
        raise UsageError("--where", got="a resource of CKAN", rule="its search of a resource knows no ranges")
    for path in (out, codebook_path(out), objectives_path(out)):  # before a row is asked for
        if is_there(path) and not overwrite:
            raise CannotWriteError(f"{path}: already exists; give another --out, or add --force to replace it")
    portal = Portal(dataset=str(address), where=where)
    portal = Portal(dataset=str(address), where=where, leave_out=person_columns(portal))
    snapshot = out.parent / "portal" / f"{out.stem}.csv"
    read_into(portal, snapshot, now=now, force=overwrite, progress=progress)
    draft = init_city(snapshot, out=out, overwrite=overwrite, offence=offence)
    draft = replace(draft, config_text="\n".join([draft.config_text, *_section(portal), ""]))
    write_file(draft.config, draft.config_text.encode())
    return draft


def _section(portal: Portal) -> list[str]:
    names = ", ".join(map(_quoted, portal.leave_out))
    return [
        "[portal]    # where the export comes from: `patrolcast fetch` fills it again; runs never do by themselves",
        f'dataset = "{portal.dataset}"',
        *([f"where = {_quoted(portal.where)}    # which rows, in the words of the portal"] if portal.where else []),
        f"leave_out = [{names}]    # never asked for: columns about persons",
        "allow_network = false    # true: `nightly` fetches before it runs",
        '# token = "..."    # name of the environment variable that holds an application token',
    ]


def _quoted(text: str) -> str:
    """A TOML basic string, which but for one character is a JSON string."""
    return dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
