"""The loop's cities as the product sees them: on the real grid, in the real tables, under the real settings.

What is replaced, and nothing else: the area (a disk of H3 cells), the categories and their weights, the places, the
sizes that only cost time (rows, rounds, windows). Shifts, policy, features, ranking and dosage stay the agency's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import h3
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from patrolcast.domain.provenance import Provenance
from patrolcast.domain.settings import Area, Settings
from patrolcast.domain.shifts import MICROSECONDS_PER_HOUR, from_instants, shift_calendar, to_instants
from patrolcast.domain.tables import (
    INCIDENT_COLUMNS,
    WGS84,
    CitizenIncidents,
    CityTables,
    SetAsideRecords,
    empty_incidents,
)
from patrolcast.grid.cells import cell_polygons, cover_area, rings
from patrolcast.synthetic.loop import LoopCity, LoopNight, World, make_city

HISTORY_DAYS = 120
FIRST_DAY = date(2025, 1, 6)
CENTRE = (41.6, -93.6)
LONGEST_DELAY_HOURS = 12
NO_PATH = Path("closed-loop")


@dataclass(frozen=True)
class GriddedCity:
    """A city of the loop with its place on Earth and in time.

    Attributes
    ----------
    cells : the product's cells, in its order; arrays of ``city`` are in the same order.
    calendar : shifts from the first day of history to the end of the last horizon.
    water, places : the layers of a real city; made-up ones have none.
    """

    city: LoopCity
    boundary: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    calendar: pd.DataFrame
    n_slots: int
    water: gpd.GeoDataFrame | None = None
    places: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)

    def as_of(self, night: int) -> datetime:
        """The instant at which the first shift of a loop night begins."""
        return self.calendar["shift_start"].iloc[(HISTORY_DAYS + night) * self.n_slots].to_pydatetime()


def loop_settings(
    settings: Settings, *, cadence_nights: int, rounds: int, resolution: int = 9, patrolled: int = 14
) -> Settings:
    """The agency's settings with the parts replaced that a simulated city must replace.

    ``patrolled``: cells that a shift's budget reaches, in one district.
    """
    area = Area(boundary=NO_PATH, timezone=settings.area.timezone, resolution=resolution)
    model = settings.model.model_copy(
        update={
            "horizon_days": cadence_nights,
            "training_days": 365,
            "validation_days": 14,
            "maturity_days": 1,
            "max_rows": 20_000,
            "rounds": rounds,
            "leaves": min(settings.model.leaves, 15),
            "learning_rate": 0.08,
            "threads": 1,
        }
    )
    budget = settings.patrol.visits_per_cell * settings.patrol.visit_minutes * patrolled
    patrol = settings.patrol.model_copy(update={"weights": {}, "minutes_per_district": budget})
    return settings.model_copy(update={"area": area, "places": {}, "residents": None, "model": model, "patrol": patrol})


def build_loop_city(settings: Settings, world: World, *, seed: int, nights: int, radius: int = 9) -> GriddedCity:
    """A disk of ``1 + 3 r (r + 1)`` cells and the truth upon it."""
    index = sorted(h3.grid_disk(h3.latlng_to_cell(*CENTRE, settings.area.resolution), radius))
    land = shapely.union_all(cell_polygons(index)).buffer(-1e-5)
    boundary = gpd.GeoDataFrame(geometry=[land], crs=WGS84)
    cells = cover_area(boundary, None, None, resolution=settings.area.resolution)
    n_slots = len(settings.shifts.starts)
    city = make_city(rings(cells["cell"])[0], seed=seed, composition=world.composition, n_slots=n_slots)
    return GriddedCity(city, boundary, cells, loop_calendar(settings, nights=nights), n_slots)


def loop_calendar(settings: Settings, *, nights: int) -> pd.DataFrame:
    """Shifts from the first day of history to the end of the last horizon."""
    last = FIRST_DAY + timedelta(days=HISTORY_DAYS + nights + settings.model.horizon_days)
    return shift_calendar(settings.shifts.starts, timezone=settings.area.timezone, first_day=FIRST_DAY, last_day=last)


def city_tables(gridded: GriddedCity, nights: Sequence[tuple[int, LoopNight]]) -> CityTables:
    """The records of the nights simulated so far, as the product's tables; (day, night) pairs in order."""
    records = _records(gridded, nights)
    citizen = records.pop("labelled_citizen").to_numpy()
    columns = list(INCIDENT_COLUMNS)
    return CityTables(
        incidents=CitizenIncidents(_labelled(records[citizen], Provenance.CITIZEN)[columns]),
        set_aside=SetAsideRecords(_labelled(records[~citizen], Provenance.OFFICER)[columns]),
        boundary=gridded.boundary,
        districts=None,
        water=gridded.water,
        places=gridded.places,
        residents=None,
    )


def _labelled(records: pd.DataFrame, provenance: Provenance) -> pd.DataFrame:
    if not len(records):
        return empty_incidents()
    return records.assign(provenance=pd.Categorical([str(provenance)] * len(records))).reset_index(drop=True)


def _records(gridded: GriddedCity, nights: Sequence[tuple[int, LoopNight]]) -> pd.DataFrame:
    def joined(name: str) -> npt.NDArray[np.generic]:
        return np.concatenate([getattr(night, name) for _, night in nights])

    shift = np.concatenate([day * gridded.n_slots + night.slot for day, night in nights])
    start = to_instants(gridded.calendar["shift_start"])[shift]
    end = to_instants(gridded.calendar["shift_end"])[shift]
    occurred = start + ((end - start) * joined("moment")).astype(np.int64)
    delay = (joined("delay") * LONGEST_DELAY_HOURS * MICROSECONDS_PER_HOUR).astype(np.int64)
    cell = joined("cell").astype(np.int64)
    names = np.array(gridded.city.names)[joined("category").astype(np.int64)]
    return pd.DataFrame(
        {
            "occurred_at": from_instants(occurred),
            "reported_at": from_instants(occurred + delay),
            "longitude": gridded.cells["longitude"].to_numpy()[cell],
            "latitude": gridded.cells["latitude"].to_numpy()[cell],
            "offence": pd.Categorical(names),
            "category": pd.Categorical(names),
            "labelled_citizen": joined("labelled_citizen"),
        }
    )
