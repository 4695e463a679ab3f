"""Residents by group of census areas: counts in the layer itself, or in a table that is joined to it by name."""

import difflib
import re
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from patrolcast.domain.errors import ConfigError, DataRefusedError, shown
from patrolcast.domain.records import SourceAccount
from patrolcast.domain.settings import Residents
from patrolcast.io.csv.strict import open_csv, read_text_columns
from patrolcast.io.sources.columnar import file_identity
from patrolcast.runs.load.sentinels import stands_for_none

_SHAPES, _AREA = "n shapes", "area of this row"
_NO_COUNT, _NO_MARGIN = "no count", "no margin of error (absent or negative)"
_JOINS = 0.5
_LEAST_AREAS, _SAME_COUNTS = 10, 0.95
"""Two groups with equal counts in so large a share of so many areas are one group under two names."""
_BEFORE_GEOID = r"^\d{7}us(?=\d)"
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")


@dataclass(frozen=True)
class CountedAreas:
    """Census areas with ``area``, one column per group, ``total`` and margins; what became of the other shapes.

    ``uncounted`` holds those: what numbers they state, NaN where they state none.
    """

    areas: gpd.GeoDataFrame
    uncounted: gpd.GeoDataFrame
    set_aside: dict[str, int]
    refused: dict[str, int]
    table: SourceAccount | None


def counted_areas(layer: gpd.GeoDataFrame, residents: Residents) -> CountedAreas:
    """Areas with whole counts >= 0 of every group; areas without a count, or without a margin asked for, are set aside.

    Parameters
    ----------
    layer : polygons, WGS84.

    Raises
    ------
    DataRefusedError
        a column is missing, an area is named twice in the table, or no area has counts.
    ConfigError
        a margin of no group, or margins of some groups only.
    """
    require_column(layer, residents.area_id, residents.path, "[residents] area_id")
    file, table = residents.path, None
    shapes = layer.assign(**{_SHAPES: 1})
    if residents.counts is not None:
        file = residents.counts
        shapes, table = _joined(layer, residents)
    columns = {**residents.groups, "total": residents.total}
    for name, column in columns.items():
        require_column(shapes, column, file, f"[residents] {name}")
    counts = pd.DataFrame({name: pd.to_numeric(shapes[column], errors="coerce") for name, column in columns.items()})
    counts = counts.apply(lambda numbers: numbers.mask(stands_for_none(numbers)))
    margins = _margins(shapes, residents, set(columns), file)
    empty = counts.isna().any(axis=1)
    wrong = ~empty & ((counts < 0) | (counts % 1 != 0)).any(axis=1)
    unsure = ~(empty | wrong) & margins.isna().any(axis=1)
    good = ~(empty | wrong | unsure)
    if not good.any():
        lacking, section = ("margins of error", "residents.margins") if unsure.any() else ("counts", "residents")
        got, cure = f"no area with {lacking}", f"check [{section}]"
        raise DataRefusedError(file.name, got=got, rule=f"needs {lacking}", cure=cure)
    _refuse_copies(counts[good], file)
    counted = shapes[["geometry"]].assign(area=shapes[residents.area_id].map(name_as_text), **counts, **margins)[good]
    areas = gpd.GeoDataFrame(counted[["area", *columns, *margins, "geometry"]].reset_index(drop=True))
    set_aside = {_NO_COUNT: int(shapes[_SHAPES][empty].sum())}
    if residents.margins:
        set_aside[_NO_MARGIN] = int(shapes[_SHAPES][unsure].sum())
    left = counts.mask((counts < 0) | (counts % 1 != 0))
    uncounted = gpd.GeoDataFrame(shapes[["geometry"]].assign(**left)[~good].reset_index(drop=True))
    return CountedAreas(
        areas, uncounted, set_aside, {"negative or fractional count": int(shapes[_SHAPES][wrong].sum())}, table
    )


def _refuse_copies(counts: pd.DataFrame, file: Path) -> None:
    """Refuse two columns that count the same people: one of them is no group of its own.

    Raises DataRefusedError: one line that names both.
    """
    for first, second in combinations(counts.columns, 2):
        lived_in = (counts[first] > 0) | (counts[second] > 0)
        same = int((counts[first] == counts[second])[lived_in].sum())
        if lived_in.sum() >= _LEAST_AREAS and same >= _SAME_COUNTS * lived_in.sum():
            raise DataRefusedError(
                file.name,
                got=f"{first} and {second} count the same people in {same} of {int(lived_in.sum())} areas",
                rule="each group of [residents] counts its own",
                cure="name the group's own column",
            )


def require_column(layer: pd.DataFrame, column: str, path: Path, key: str) -> None:
    """Refuse a layer that lacks a column, naming the nearest that it has.

    Raises DataRefusedError: one line.
    """
    if column not in layer.columns:
        names = [str(name) for name in layer.columns if name not in {"geometry", _SHAPES}]
        near = difflib.get_close_matches(column, names, n=1)
        cure = f"did you mean {shown(near[0])}?" if near else f"columns: {', '.join(map(shown, names[:20]))}"
        raise DataRefusedError(path.name, got=f"no column {shown(column)}", rule=key, cure=cure)


def name_as_text(value: object) -> str:
    """A name as text; a whole number without its ".0"."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _joined(layer: gpd.GeoDataFrame, residents: Residents) -> tuple[gpd.GeoDataFrame, SourceAccount]:
    """One shape per area name, with the table's counts; and what became of the table's rows."""
    table = _table(residents)
    names = layer[residents.area_id].map(name_as_text)
    plain = layer[["geometry"]].assign(**{residents.area_id: names, _AREA: names.map(_folded), _SHAPES: 1})
    shapes = plain.dissolve(_AREA, aggfunc={residents.area_id: "first", _SHAPES: "sum"}).reset_index()
    if (joined := _rejoined(table[_AREA], shapes[_AREA])) is not None:
        table, shapes = table.assign(**{_AREA: joined[0]}), shapes.assign(**{_AREA: joined[1]})
    aside = int((~table[_AREA].isin(shapes[_AREA])).sum())
    set_aside = {"no area of this name in the layer": aside} if aside else {}
    path = _counts_path(residents)
    notes = ("joined by names without their first zeros or the census's prefix",) if joined else ()
    account = SourceAccount(
        *file_identity(path), len(table), len(table) - aside, set_aside, {}, notes, of_incidents=False
    )
    summed = table.groupby(_AREA).sum(min_count=1).reset_index()  # areas that became one since: their residents add up
    return gpd.GeoDataFrame(shapes.merge(summed, on=_AREA, how="left", validate="1:1")), account


def _rejoined(table: pd.Series, shapes: pd.Series) -> tuple[pd.Series, pd.Series] | None:
    """Names of areas without what programs put before them, where they join only then; None: they stay as they are.

    Spreadsheets take the first zeros off a number (06037101110 becomes 6037101110), tables of the US census write
    1400000US06037101110. Never where two areas would get one name.
    """
    if _joined_share(table, shapes) >= _JOINS:
        return None
    bare = [names.str.replace(_BEFORE_GEOID, "", regex=True).str.lstrip("0") for names in (table, shapes)]
    apart = bare[0].nunique() == table.nunique() and bare[1].nunique() == shapes.nunique()
    return (bare[0], bare[1]) if apart and _joined_share(*bare) >= _JOINS else None


def _joined_share(table: pd.Series, shapes: pd.Series) -> float:
    """Areas that have a row, of the fewer of areas and rows: a table may be of a county, or a layer."""
    return float(shapes.isin(table).sum()) / max(min(len(table), len(shapes)), 1)


def _table(residents: Residents) -> pd.DataFrame:
    """The named columns as numbers, row by row as they stand, each with the folded name of its area in the layer."""
    path, area = _counts_path(residents), str(residents.counts_area)
    source = open_csv(path)
    header = pd.DataFrame(columns=list(source.header))
    named = {"counts_area": area, **residents.groups, "total": residents.total}
    named |= {f"margins.{name}": column for name, column in residents.margins.items()}
    for name, column in named.items():
        require_column(header, column, path, f"[residents] {name}")
    text = read_text_columns(source, sorted(set(named.values())))
    names = pd.Series([_folded(name) for name in text.columns[area]], dtype="str")
    if (again := np.flatnonzero(names.duplicated())).size:
        got, rule = shown(text.columns[area][again[0]]), "an area has one row"
        raise DataRefusedError(
            f"{path.name} line {int(text.lines[again[0]])}", got=got, rule=rule, cure="leave one row of it"
        )
    same = {_folded(there): _folded(here) for there, here in residents.same_area.items()}
    numbers = {
        column: [_number(value) for value in values] for column, values in text.columns.items() if column != area
    }
    return pd.DataFrame({_AREA: names.replace(same), **numbers})


def _counts_path(residents: Residents) -> Path:
    if residents.counts is None:
        raise ValueError("asked only where [residents] counts is set")
    return residents.counts


def _folded(name: str) -> str:
    """A name without case, punctuation and blanks: "Alameda-Irvington" is "ALAMEDA/IRVINGTON"."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _number(text: str) -> float:
    """A count as tables write it, "4,052" too; NaN where it is none."""
    plain = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text
    try:
        return float(plain)
    except ValueError:
        return np.nan


def _margins(layer: gpd.GeoDataFrame, residents: Residents, known: set[str], file: Path) -> pd.DataFrame:
    """``moe_<group>`` and ``moe_total`` as asked for; NaN where there is none, as the ACS says with a negative one.

    Raises ConfigError: a margin of no group, or margins of some groups only: the audit would have to drop them all.
    """
    margins = {}
    for name, column in residents.margins.items():
        if name not in known:
            rule = f"a margin belongs to a group or to total: {', '.join(sorted(known))}"
            raise ConfigError("[residents.margins]", got=shown(name), rule=rule)
        require_column(layer, column, file, f"[residents.margins] {name}")
        value = pd.to_numeric(layer[column], errors="coerce")
        margins[f"moe_{name}"] = value.where(value >= 0)
    if residents.margins and (absent := [name for name in residents.groups if name not in residents.margins]):
        got = f"no margin of {', '.join(map(shown, absent))}"
        cure = "name its column, or take [residents.margins] out"
        raise ConfigError("[residents.margins]", got=got, rule="every group has a margin, or none has", cure=cure)
    return pd.DataFrame(margins, index=layer.index)
