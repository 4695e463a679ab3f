"""Districts by their names: one name, however it is typed, is one district; a shape without a name is refused."""

import unicodedata
from collections import defaultdict

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.counted import counted, names_shown
from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.domain.settings import Area
from patrolcast.grid.feed_series import FeedSeries
from patrolcast.grid.layer_fit import without_incidents
from patrolcast.runs.load.display_names import NO_NAME
from patrolcast.runs.load.residents import name_as_text, require_column


def named_districts(layer: gpd.GeoDataFrame, area: Area) -> tuple[gpd.GeoDataFrame, list[str]]:
    """One shape per district with the column ``district``, and notes on names that differ by how they are typed.

    Raises DataRefusedError: no such column, or a shape without a name: its cells would be nobody's.
    """
    if area.districts is None:
        raise ValueError("asked only where [area] districts is set")
    require_column(layer, area.district_column, area.districts, "[area] district_column")
    values = layer[area.district_column]
    names = values.map(plain_name)
    absent = values.isna() | names.str.casefold().isin(NO_NAME)
    if absent.any():
        value = values[absent].iloc[0]
        got = f"{int(absent.sum()):,} of {counted(len(layer), 'shape')} without a name" + (
            "" if pd.isna(value) else f" ({shown(str(value))})"
        )
        what = f"{area.districts.name} column {shown(area.district_column)}"
        cure = "name them in the layer, or leave those shapes out"
        raise DataRefusedError(what, got=got, rule="every district has a name", cure=cure)
    named = layer[["geometry"]].assign(district=names)
    return gpd.GeoDataFrame(named.dissolve("district", as_index=False)), _notes(values.map(name_as_text), names)


def unvisited_note(
    districts: gpd.GeoDataFrame, land: shapely.Geometry, incidents: pd.DataFrame, series: FeedSeries
) -> tuple[str, ...]:
    """A note on districts that get a budget of patrol and have no incident.

    Parameters
    ----------
    districts : one shape each, WGS84.
    incidents : ``longitude``, ``latitude`` of every point on which one stands.
    series : of the incidents, which knows the district of each that lies within one.
    """
    with_incidents = [series.districts[k] for k in np.unique(series.district).tolist() if k >= 0]
    # Points on a border, and shapes that are not valid, lie within no district and in one all the same.
    doubtful = ~(districts["district"].isin(with_incidents) & districts.geometry.is_valid)
    names = without_incidents(districts[doubtful], land, incidents) if doubtful.any() else []
    if not names:
        return ()
    return (f"districts without a counted incident, which still get a full patrol budget: {names_shown(names)}",)


def plain_name(value: object) -> str:
    """A name as text, composed alike, without blanks around it, without invisible characters.

    >>> plain_name(" North  1 "), plain_name(7.0)
    ('North 1', '7')
    """
    text = unicodedata.normalize("NFC", name_as_text(value))
    return " ".join("".join(letter for letter in text if unicodedata.category(letter) != "Cf").split())


def _notes(values: pd.Series, names: pd.Series) -> list[str]:
    written: dict[str, set[str]] = defaultdict(set)
    alike: dict[str, set[str]] = defaultdict(set)
    for text, name in zip(values, names, strict=True):
        written[name].add(text)
        alike[name.casefold().lstrip("0") or "0"].add(name)
    notes = [
        f"districts {', '.join(map(shown, sorted(texts)))} are one: {shown(name)}"
        for name, texts in written.items()
        if len(texts) > 1
    ]
    return notes + [
        f"districts {', '.join(map(shown, sorted(several)))} differ only by case or leading zeros and are treated as "
        f"{'two' if len(several) == 2 else len(several)} districts: is one of them mistyped?"
        for several in alike.values()
        if len(several) > 1
    ]
