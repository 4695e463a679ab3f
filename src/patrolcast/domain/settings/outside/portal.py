"""[portal]: the open-data portal from which `patrolcast fetch` fills the export, and what it may take.

The address is read here, before anything is connected: one of three kinds of portal, one host by its name, one
dataset. An address of numbers, a user, another scheme or a path that leads elsewhere is no such address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from patrolcast.domain.settings.base import Positive, Section, Text
from patrolcast.domain.settings.publish import Variable

EXAMPLES = "socrata:data.cityofchicago.org/ijzp-q8t2, arcgis:HOST/.../FeatureServer/0 or ckan:HOST/RESOURCE-UUID"
_LOOPBACK = {"localhost", "127.0.0.1"}
_SHAPE = re.compile(r"(?P<kind>socrata|arcgis|ckan):(?P<host>[A-Za-z0-9.-]{1,253})(?::(?P<port>\d{1,5}))?/(?P<path>.+)")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z]{{2,63}}|(?:{_LABEL}\.)+xn--[a-z0-9-]{{1,59}}")
_STEP = r"[A-Za-z0-9_][A-Za-z0-9_.~-]{0,99}"
_PATHS = {
    "socrata": re.compile(r"[a-z0-9]{4}-[a-z0-9]{4}"),
    "arcgis": re.compile(rf"(?:{_STEP}/){{1,12}}(?:FeatureServer|MapServer)/\d{{1,6}}"),
    "ckan": re.compile(rf"(?:{_STEP}/){{0,6}}[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}"),
}


@dataclass(frozen=True)
class DatasetAddress:
    """One dataset of one portal.

    Attributes
    ----------
    kind : "socrata", "arcgis" or "ckan".
    host : a name, in lower case; or this machine.
    port : None is the usual one of the scheme.
    path : the dataset there: its id, or the way to its layer.
    """

    kind: str
    host: str
    port: int | None
    path: str

    @property
    def base(self) -> str:
        """Scheme, host and port: HTTPS, except on this machine."""
        scheme = "http" if self.host in _LOOPBACK else "https"
        return f"{scheme}://{self.host}" + (f":{self.port}" if self.port is not None else "")

    def __str__(self) -> str:
        """The address as a config states it."""
        port = f":{self.port}" if self.port is not None else ""
        return f"{self.kind}:{self.host}{port}/{self.path}"


def is_dataset(text: str) -> bool:
    """True for what is meant as the address of a dataset, right or wrong; a file is not called so.

    >>> is_dataset("ckan:data.gov.uk/x"), is_dataset("exports/ckan.csv")
    (True, False)
    """
    return text.startswith(("socrata:", "arcgis:", "ckan:"))


def parse_dataset(text: str) -> DatasetAddress:
    """The dataset that an address names.

    >>> parse_dataset("socrata:Data.CityOfChicago.org/ijzp-q8t2").base
    'https://data.cityofchicago.org'

    Raises ValueError, with the rule: no such address.
    """
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise ValueError(f"must be {EXAMPLES}, without https://")
    kind, host, path = match["kind"], match["host"].lower(), match["path"]
    if host not in _LOOPBACK and not _HOST.fullmatch(host):
        raise ValueError("the host must be a name such as data.cityofchicago.org, never an address of numbers")
    if not _PATHS[kind].fullmatch(path):
        raise ValueError(f"after the host comes the dataset: {EXAMPLES}")
    port = None if match["port"] is None else int(match["port"])
    if port is not None and not 1 <= port <= 65_535:
        raise ValueError("a port is a number from 1 to 65535")
    return DatasetAddress(kind, host, port, path)


class Portal(Section):
    """[portal]: the portal from which `patrolcast fetch` fills [incidents] path; a run reads only that file."""

    dataset: str = Field(description=f"{EXAMPLES} (docs/portals.md)")
    where: Text | None = Field(
        None, description="which rows, in the words of the portal (SoQL or SQL), e.g. date >= '2022-01-01'; not of CKAN"
    )
    leave_out: list[Text] = Field([], description="columns that are never asked for, above all those about persons")
    token: Variable | None = Field(
        None, description="name of the environment variable that holds an application token (never the token itself)"
    )
    allow_network: bool = Field(
        False, description="true: `nightly` fetches before it runs; else only `patrolcast fetch` ever does"
    )
    max_rows: int = Field(20_000_000, ge=1, description="a dataset with more rows is refused before a row is asked for")
    max_megabytes: Annotated[int, Field(ge=1)] = Field(
        8_000, description="a fetch ends, refused, beyond so many MB of answers"
    )
    max_minutes: Positive = Field(
        120.0, le=1440.0, description="a fetch ends after so long; the next one goes on there"
    )

    @field_validator("dataset")
    @classmethod
    def _is_an_address(cls, text: str) -> str:
        parse_dataset(text)
        return text

    @model_validator(mode="after")
    def _ckan_has_no_where(self) -> Portal:
        if self.where is not None and self.dataset.startswith("ckan:"):
            raise ValueError(
                "where is for Socrata and ArcGIS: CKAN's search of a resource knows no ranges; leave it out"
            )
        return self
