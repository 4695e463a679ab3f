"""From the address of a dataset to its reader, with the token that the environment holds."""

import os
import re

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.settings.outside import DatasetAddress, Portal
from patrolcast.io.portals.arcgis import ArcGis, status_in
from patrolcast.io.portals.ckan import Ckan
from patrolcast.io.portals.client import Client, no_status
from patrolcast.io.portals.socrata import Socrata
from patrolcast.io.portals.tables import Reader

_TOKEN = re.compile(r"[\x21-\x7e]{8,4000}")
_HEADERS = {
    "socrata": ("X-App-Token", ""), "arcgis": ("X-Esri-Authorization", "Bearer "), "ckan": ("Authorization", ""),
}  # fmt: skip


def open_reader(portal: Portal, address: DatasetAddress) -> Reader:
    """The reader of a dataset; nothing is connected yet.

    Raises ConfigError: the variable of the token holds none; its value is never shown.
    """
    client = Client(
        address,
        headers=_token_header(portal.token, address.kind),
        max_bytes=portal.max_megabytes * 1_000_000,
        max_seconds=portal.max_minutes * 60.0,
        status_in=status_in if address.kind == "arcgis" else no_status,
    )
    leave_out = frozenset(portal.leave_out)
    if address.kind == "socrata":
        return Socrata(client, where=portal.where, leave_out=leave_out)
    if address.kind == "arcgis":
        return ArcGis(client, where=portal.where, leave_out=leave_out)
    return Ckan(client, leave_out=leave_out)


def _token_header(variable: str | None, kind: str) -> dict[str, str]:
    if variable is None:
        return {}
    token = os.environ.get(variable, "").strip()
    if not _TOKEN.fullmatch(token):
        rule = "holds the token: 8 letters or more, without blanks"
        cure = f"export {variable}=..., or remove [portal] token"
        raise ConfigError(f"environment variable {variable}", got="no token", rule=rule, cure=cure)
    name, before = _HEADERS[kind]
    return {name: before + token}
