"""The sample city whole: geography, truth, records, dirt and place layers, from one seed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.records import Progress
from patrolcast.numerics.random_streams import SampleStream, random_stream
from patrolcast.synthetic.city_truth import ROADS, build_city_cells, plant_truth
from patrolcast.synthetic.dirt import soil
from patrolcast.synthetic.geography import Geography, make_geography
from patrolcast.synthetic.layers import bars, place_layers, transit_stops
from patrolcast.synthetic.plane import centres, degrees, flat
from patrolcast.synthetic.reports import draw_records, records_table
from patrolcast.synthetic.sample_log import sample_operations
from patrolcast.synthetic.streets import neighborhoods, street_lines
from patrolcast.synthetic.truth import Truth, truth_document

SEED = 20260630
COLUMNS = ("incident_number", "occurred_from", "occurred_to", "reported_at", "longitude", "latitude", "offence_code",
           "call_source", "beat")  # fmt: skip


@dataclass(frozen=True)
class SampleCity:
    """The city as it is exported, with its truth beside it.

    Attributes
    ----------
    records : rows of the export (:data:`COLUMNS`, all text), dirty rows included.
    dirt : kind -> rows, what a careful reader does with them, their record numbers.
    places : place-layer name -> geometries.
    operations : relative path -> text of the dosage log and the visits.
    """

    geography: Geography
    truth: Truth
    records: pd.DataFrame
    dirt: dict[str, dict[str, Any]]
    places: dict[str, gpd.GeoDataFrame]
    operations: dict[str, str]


def make_sample(seed: int = SEED, progress: Progress | None = None) -> SampleCity:
    """Draws the city; the same seed gives the same city. Each part has a stream of its own."""
    step = progress or Progress()
    with step.stage("geography"):
        geography = make_geography(random_stream(seed, SampleStream.GEOGRAPHY))
        stops = transit_stops(random_stream(seed, SampleStream.TRANSIT_STOPS), ROADS)
        pubs = bars(random_stream(seed, SampleStream.BARS), ROADS, flat(geography.land))
        truth = plant_truth(random_stream(seed, SampleStream.TRUTH), build_city_cells(geography, stops, pubs))
        places = place_layers(random_stream(seed, SampleStream.PLACES), geography, stops, pubs)
    with step.stage("records"):
        drawn = draw_records(random_stream(seed, SampleStream.INCIDENTS), truth)
        clean = records_table(random_stream(seed, SampleStream.RECORDS), drawn, truth, geography.land)
        clean["beat"] = _beats(truth, geography)[drawn.cell]
        records, dirt = soil(random_stream(seed, SampleStream.DIRT), clean)
    with step.stage("operations"):
        longitude, latitude = (clean[name].to_numpy(dtype=np.float64) for name in ("longitude", "latitude"))
        rng = random_stream(seed, SampleStream.OPERATIONS)
        operations = sample_operations(rng, drawn, longitude, latitude, geography.districts)
    return SampleCity(geography, truth, records, dirt, places, operations)


def sample_texts(city: SampleCity) -> dict[str, str]:
    """Relative path -> text of every file of the sample; those that are stored compressed under their plain names."""
    geography = city.geography
    files = {
        "incidents.csv": city.records.to_csv(columns=list(COLUMNS), index=False, lineterminator="\n"),
        "boundary.geojson": layer_text(geography.boundary),
        "districts.geojson": layer_text(geography.districts),
        "water.geojson": layer_text(geography.water),
        "tracts.geojson": layer_text(geography.tracts),
        "streets.geojson": layer_text(street_lines(geography)),
        "neighborhoods.geojson": layer_text(neighborhoods(geography)),
        "truth/rates.json": document_text(truth_document(city.truth)),
        "truth/dirt.json": document_text(city.dirt),
    }
    places = {f"places/{name}.geojson": layer_text(layer) for name, layer in city.places.items()}
    return files | city.operations | places


def layer_text(layer: gpd.GeoDataFrame) -> str:
    """GeoJSON (RFC 7946), one feature a line."""
    names = [name for name in layer.columns if name != "geometry"]
    lines = []
    for row, shape in zip(layer[names].to_dict("records"), layer.geometry, strict=True):
        feature = {"type": "Feature", "properties": row, "geometry": json.loads(shapely.to_geojson(shape))}
        lines.append(json.dumps(feature, separators=(",", ":")))
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def document_text(document: Mapping[str, Any]) -> str:
    """JSON with one key a line, in the order given."""
    lines = (f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in document.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _beats(truth: Truth, geography: Geography) -> np.ndarray[Any, np.dtype[np.object_]]:
    """A beat for every cell: its district and, from west to east, a letter."""
    middle = centres(truth.cells)
    shapes = geography.districts.geometry.to_numpy()
    _, district = shapely.STRtree(shapes).query_nearest(shapely.points(degrees(middle)), all_matches=False)
    names = geography.districts["district"].to_numpy()[district]
    east = middle[:, 0]
    beats = np.empty(len(names), dtype=object)
    for name in np.unique(names):
        inside = names == name
        edges = np.quantile(east[inside], [1 / 3, 2 / 3])
        beats[inside] = [f"{name}{'ABC'[int(np.searchsorted(edges, value))]}" for value in east[inside]]
    return beats
