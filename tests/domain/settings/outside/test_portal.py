"""What is an address of a dataset, and what only looks like one."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from patrolcast.domain.settings.outside import Portal, is_dataset, parse_dataset

UUID = "0a1b2c3d-0000-4000-8000-00000000000f"


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("socrata:data.cityofchicago.org/ijzp-q8t2", "https://data.cityofchicago.org"),
        ("socrata:localhost:8080/ijzp-q8t2", "http://localhost:8080"),
        (
            "arcgis:services1.arcgis.com/AbC1/arcgis/rest/services/Crime_2024/FeatureServer/0",
            "https://services1.arcgis.com",
        ),
        (f"ckan:data.wprdc.org/{UUID}", "https://data.wprdc.org"),
        (f"ckan:data.gov.ie:8443/catalogue/{UUID}", "https://data.gov.ie:8443"),
    ],
)
def test_an_address_is_read_and_written_alike(text: str, base: str) -> None:
    address = parse_dataset(text)
    assert (str(address), address.base) == (text, base)
    assert is_dataset(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://data.cityofchicago.org/resource/ijzp-q8t2.json",
        "socrata:https://data.cityofchicago.org/ijzp-q8t2",
        "socrata:169.254.169.254/ijzp-q8t2",
        "socrata:2852039166/ijzp-q8t2",
        "socrata:0x7f.1/ijzp-q8t2",
        "socrata:[::1]/ijzp-q8t2",
        "socrata:user@data.example.org/ijzp-q8t2",
        "socrata:127.0.0.1.example/../x",
        "socrata:data.example.org/ijzp-q8t2?$select=x",
        "socrata:data.example.org/../ijzp-q8t2",
        "socrata:data.example.org:0/ijzp-q8t2",
        "socrata:data.example.org:99999/ijzp-q8t2",
        "socrata:intranet/ijzp-q8t2",
        "socrata:data.example.org./ijzp-q8t2",
        "socrata:-data.example.org/ijzp-q8t2",
        "socrata:data.example.org/ijzp-q8t2\n",
        "arcgis:data.example.org/services/Calls/FeatureServer",
        "arcgis:data.example.org/services/../Calls/FeatureServer/0",
        "ckan:data.example.org/crimes",
        "ftp:data.example.org/ijzp-q8t2",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be|comes the dataset|a port is"):
        parse_dataset(text)
    with pytest.raises(ValidationError):
        Portal(dataset=text)


def test_ckan_takes_no_condition() -> None:
    with pytest.raises(ValidationError, match="where is for Socrata and ArcGIS"):
        Portal(dataset=f"ckan:data.example.org/{UUID}", where="x > 1")
