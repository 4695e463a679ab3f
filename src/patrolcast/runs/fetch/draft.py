"""`init` from the address of a dataset: fetch it beside the config to be, then look at it like at any export.

Columns about persons are never asked for: the draft names them in ``leave_out``, and a later fetch holds to it.
"""

from datetime import datetime
from json import dumps
from pathlib import Path

from patrolcast.domain.errors import UsageError, shown
from patrolcast.domain.records import Progress
from patrolcast.domain.settings.outside import Portal, parse_dataset
from patrolcast.runs.fetch.fetch import person_columns, read_into
from patrolcast.runs.init.draft import DraftedCity, init_city, require_free


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
    require_free(out, overwrite=overwrite)  # before a row is asked for
    portal = Portal(dataset=str(address), where=where)
    portal = Portal(dataset=str(address), where=where, leave_out=person_columns(portal))
    snapshot = out.parent / "portal" / f"{out.stem}.csv"
    read_into(portal, snapshot, now=now, force=overwrite, progress=progress)
    more = "\n".join(["", *_section(portal), ""])
    return init_city(snapshot, out=out, overwrite=overwrite, offence=offence, more=more)


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
