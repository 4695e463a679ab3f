"""Keys are read off the types; a mistake gives one line with file, section, key, value, rule and cure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.domain.settings.documents import COLUMNS, document

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.settings.keys import (
    OPERATIONAL,
    is_display_only,
    map_paths,
    measured_values,
    parse_settings,
    path_base,
    paths_in,
    section_at,
    valid_keys,
    without_operational,
)


@pytest.mark.parametrize(
    ("key", "base"),
    [
        (("area", "boundary"), "file"),
        (("area", "water"), "file"),
        (("area", "names", "path"), "file"),
        (("area", "names", "column"), None),
        (("incidents", "path"), "file"),
        (("places", "bars", "path"), "file"),
        (("residents", "path"), "file"),
        (("publish", "runs"), "project"),
        (("publish", "metrics"), "project"),
        (("publish", "summary_command"), None),
        (("incidents", "columns", "offence"), None),
        (("places", "bars", "column"), None),
        (("places", "path"), None),
        (("gone", "path"), None),
        (("title",), None),
        ((), None),
    ],
)
def test_paths_are_found_by_their_type(key: tuple[str, ...], base: str | None) -> None:
    assert path_base(key) == base


def test_the_nearest_keys_are_those_of_the_section() -> None:
    assert "column" in valid_keys(("places", "bars"))
    assert "seed" in valid_keys(("model",))
    assert {"extends", "data_root", "area"} <= set(valid_keys(()))
    assert valid_keys(("patrol", "weights")) == []


def test_a_key_in_a_place_layer_is_named_with_its_section() -> None:
    raw = document() | {"places": {"bars": {"path": Path("p"), "measure": "count", "source": "s", "colum": "x"}}}
    with pytest.raises(ConfigError) as error:
        parse_settings(raw, file="f.toml")
    assert str(error.value) == "f.toml: [places.bars] colum: got a key that does not exist; did you mean 'column'?"


def test_the_file_that_stated_a_key_is_named() -> None:
    raw = document() | {"model": {"seed": -1}}
    with pytest.raises(ConfigError) as error:
        parse_settings(raw, file="child.toml", files={("model", "seed"): "parent.toml"})
    assert str(error.value) == (
        "parent.toml: [model] seed: got '-1'; must be greater than or equal to 0; docs/config.md explains each key"
    )


def test_a_zone_that_does_not_exist_is_named() -> None:
    raw = document() | {"area": {"boundary": Path("b"), "timezone": "America/Gotham"}}
    with pytest.raises(ConfigError) as error:
        parse_settings(raw, file="f.toml")
    assert str(error.value) == (
        "f.toml: [area] timezone: got 'America/Gotham'; no such IANA time zone; e.g. America/Chicago; "
        "docs/config.md explains each key"
    )


def message(**sections: Any) -> str:
    with pytest.raises(ConfigError) as error:
        parse_settings(document() | sections, file="f.toml")
    return str(error.value)


EXPLAINED = "docs/config.md explains each key"
INCIDENTS: dict[str, Any] = {"path": Path("i"), "columns": dict(COLUMNS)}


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ({"area": {"timezone": "UTC"}}, f"f.toml: [area] boundary: got nothing; this key is required; {EXPLAINED}"),
        ({"modell": {}}, "f.toml: modell: got a key that does not exist; did you mean 'model'?"),
        ({"title": 7}, "f.toml: title: got '7'; must be a valid string; put it in quotes"),
        ({"model": {"seed": "7"}}, f"f.toml: [model] seed: got '7'; must be a valid integer; {EXPLAINED}"),
        ({"codebook": {"path": 7}},
         f"f.toml: [codebook] path: got '7'; must be the path of a file, in quotes; {EXPLAINED}"),
        ({"policy": {"excluded_provenance": ["officers"]}},
         "f.toml: [policy] excluded_provenance: got 'officers'; must be one of citizen, officer, sensor, "
         f"administrative, environment, census, unknown; {EXPLAINED}"),
        ({"shifts": {"starts": ["22:00", "06:00"]}},
         "f.toml: [shifts] starts: got \"['22:00', '06:00']\"; local start times must rise and not repeat, e.g. "
         f"['06:00', '14:00', '22:00']; {EXPLAINED}"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_its_cure(sections: dict[str, Any], expected: str) -> None:
    assert message(**sections) == expected


GAP = {"first": "2026-01-02", "last": "2026-01-01", "reason": "a strike of the whole desk"}
BAR = {"path": Path("/home/someone/bars.geojson"), "measure": "count", "source": "s"}


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ({"incidents": INCIDENTS | {"gaps": [GAP]}}, "[[incidents.gaps]] no. 1: last is before first; "
            "docs/config.md explains each key"),
        ({"incidents": INCIDENTS | {"gaps": [GAP | {"last": "2026-01-03"}, GAP | {"first": "2026-02-30"}]}},
         f"[[incidents.gaps]] no. 2 first: got '2026-02-30'; no such day; e.g. 2026-06-30; {EXPLAINED}"),
        ({"incidents": INCIDENTS | {"gaps": GAP}},
         "[incidents.gaps]: got one pair of brackets; it is a list; write [[incidents.gaps]]"),
        ({"waivers": {"gate": "a"}}, "[waivers]: got one pair of brackets; it is a list; write [[waivers]]"),
        ({"incidents": INCIDENTS | {"leave_out": ["holes"]}},
         "[incidents] leave_out: got 'holes'; must be one of hole, event, late start, default address; "
         f"{EXPLAINED}"),
        ({"incidents": INCIDENTS | {"database": "AGENCY_DATABASE", "table": "t"}},
         "[incidents]: exactly one of path and database must be set; docs/config.md explains each key"),
        ({"area": [{"timezone": "UTC"}]}, "[area]: got two pairs of brackets; it stands once; write [area]"),
        ({"area": "Chicago"}, "[area]: got 'Chicago'; it is a section; write [area], its keys below it"),
        ({"places": {"bars": [BAR]}},
         "[places.bars]: got two pairs of brackets; it stands once; write [places.bars]"),
        ({"places": {"Bars": BAR}}, "[places.Bars]: String should match pattern '^[a-z][a-z0-9_]*$'; "
            "docs/config.md explains each key"),
        ({"title": BAR}, "title: got a table; must be a valid string; put it in quotes"),
    ],
)  # fmt: skip
def test_a_section_is_named_as_the_file_writes_it_and_what_stands_in_it_is_never_printed(
    sections: dict[str, Any], expected: str
) -> None:
    assert message(**sections) == f"f.toml: {expected}"


def test_a_misspelled_required_key_is_reported_as_misspelled_and_not_as_missing() -> None:
    area = {"boundry": Path("b"), "timezone": "UTC"}
    assert message(area=area) == "f.toml: [area] boundry: got a key that does not exist; did you mean 'boundary'?"


def test_a_database_url_that_was_put_into_the_config_is_never_printed() -> None:
    url = "postgresql://user:secret@host/records"
    text = message(incidents=INCIDENTS | {"database": url, "path": None})
    assert text.startswith("f.toml: [incidents] database: String should match pattern")
    assert "secret" not in text
    assert "secret" not in message(incidents=INCIDENTS | {"sql": [url], "path": None})


def test_a_key_that_may_be_a_path_or_a_list_is_named_without_the_member_of_the_union() -> None:
    assert message(incidents=INCIDENTS | {"path": 7}).startswith("f.toml: [incidents] path: got '7'; ")


def test_every_path_of_a_config_is_found_wherever_it_stands() -> None:
    more = {"places": {"bars": {"path": Path("p"), "measure": "count", "source": "s"}},
            "incidents": INCIDENTS | {"path": [Path("i"), Path("j")]}}  # fmt: skip
    settings = parse_settings(document() | more, file="f.toml")
    paths = {".".join(key): path for key, path in paths_in(settings)}
    assert paths == {"area.boundary": Path("b"), "incidents.path": Path("j"), "codebook.path": Path("c"),
                     "places.bars.path": Path("p"), "publish.runs": Path("runs")}  # fmt: skip
    assert [path for key, path in paths_in(settings) if key == ("incidents", "path")] == [Path("i"), Path("j")]


def test_a_section_is_found_by_its_place_and_a_table_of_free_names_by_any_name() -> None:
    section = section_at(("places", "anything"))
    assert section is not None
    assert section.__name__ == "PlaceLayer"
    assert section_at(("patrol", "weights")) is None
    assert section_at(("nowhere",)) is None


def test_paths_inside_a_list_of_sections_are_mapped_and_nothing_else() -> None:
    raw = {"area": {"boundary": "b", "names": [{"path": "p", "column": "c"}, {"path": "q", "column": "path"}]}}
    assert map_paths(raw, lambda key, text: f"{'.'.join(key)}={text}") == {
        "area": {
            "boundary": "area.boundary=b",
            "names": [{"path": "area.names.path=p", "column": "c"}, {"path": "area.names.path=q", "column": "path"}],
        }
    }


def test_names_of_places_are_the_only_keys_that_no_number_hangs_on() -> None:
    named = {"boundary": Path("b"), "timezone": "UTC", "names": [{"path": Path("n"), "column": "name"}]}
    plain, with_names = (
        parse_settings(document() | {"area": area}, file="f.toml") for area in ({**named, "names": []}, named)
    )
    assert measured_values(with_names.area, ("area",)) == measured_values(plain.area, ("area",))
    assert measured_values(with_names.area, ("area",)).keys() == with_names.area.model_dump().keys() - {"names"}
    keys = {key for key, _ in paths_in(with_names)}
    assert {key for key in keys if is_display_only(key)} == {("area", "names", "path")}


def test_operational_keys_are_keys_there_are_and_are_left_out_of_what_decides_a_run() -> None:
    for key in OPERATIONAL:
        assert key[-1] in valid_keys(key[:-1])
    stated: dict[str, Any] = {"name": "x", "publish": {"keep_days": 30}}
    for section, key in OPERATIONAL:
        stated.setdefault(section, {})[key] = 1
    assert without_operational(stated) == {"name": "x", "publish": {"keep_days": 30}}
    assert without_operational({"publish": {"keep_days": 30}}) == {"publish": {"keep_days": 30}}
    assert without_operational({"publish": "no table"}) == {"publish": "no table"}
    assert "metrics" in stated["publish"], "the document that was passed in must stay as it is"
