"""A made-up run for the report's tests: hexagons around a point, five districts, three shifts, seeded numbers.

Numbers are drawn, not forecast: these tests are about telling, so any numbers in range will do.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.matrix import Admission, AdmittedFeature, ExcludedFeature, FeatureSpec
from patrolcast.domain.provenance import CallSource, Provenance
from patrolcast.domain.records import (
    NOTICE,
    GateResult,
    GateVerdict,
    IntervalCalibration,
    RunContext,
    RunResult,
    SkillComparison,
    SourceAccount,
)

CATEGORIES = ("assault", "burglary", "theft", "vehicle_theft")
AS_OF = datetime(2026, 6, 30, 10, tzinfo=UTC)


def cells_table(n_rings: int = 6, n_districts: int = 5) -> gpd.GeoDataFrame:
    """About ``3 n^2`` cells around one point, parted into districts by angle."""
    middle = h3.latlng_to_cell(41.85, -87.65, 9)
    index = sorted(h3.grid_disk(middle, n_rings))
    centres = np.array([h3.cell_to_latlng(cell) for cell in index])
    angle = np.arctan2(centres[:, 0] - 41.85, centres[:, 1] + 87.65)
    district = ((angle + np.pi) / (2 * np.pi) * n_districts).astype(int).clip(max=n_districts - 1) + 1
    shapes = [shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(cell)]) for cell in index]
    return gpd.GeoDataFrame(
        {
            "cell": index,
            "district": district.astype(str),
            "area_km2": 0.11,
            "longitude": centres[:, 1],
            "latitude": centres[:, 0],
        },
        geometry=shapes,
        crs="EPSG:4326",
    )


def forecast_of(cells: gpd.GeoDataFrame, n_shifts: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """One row per category, shift and cell."""
    starts = [AS_OF + timedelta(hours=1 + 8 * k) for k in range(n_shifts)]
    base = np.exp(rng.normal(-4.5, 1.1, len(cells)))
    parts = []
    for weight, category in zip((0.2, 0.15, 0.45, 0.2), CATEGORIES, strict=True):
        for start in starts:
            mean = weight * base * rng.uniform(0.8, 1.2, len(cells))
            parts.append(
                pd.DataFrame(
                    {
                        "cell": cells["cell"],
                        "district": cells["district"],
                        "category": category,
                        "shift_start": pd.Timestamp(start),
                        "shift_end": pd.Timestamp(start + timedelta(hours=8)),
                        "expected_incidents": mean,
                        "lower": 0.6 * mean,
                        "upper": 1.5 * mean,
                    }
                )
            )
    table = pd.concat(parts, ignore_index=True)
    return gpd.GeoDataFrame(table, geometry=np.tile(cells.geometry.to_numpy(), len(parts)), crs="EPSG:4326")


def suggestions_of(cells: gpd.GeoDataFrame, forecast: gpd.GeoDataFrame, each: int = 8) -> pd.DataFrame:
    """The ``each`` highest cells of every district and shift."""
    keys = ["shift_start", "shift_end", "district", "cell"]
    numbers = ["expected_incidents", "lower", "upper"]
    total = forecast.groupby(keys, as_index=False)[numbers].sum()
    total = total.sort_values(["shift_start", "district", "expected_incidents"], ascending=[True, True, False])
    top = total.groupby(["shift_start", "district"]).head(each).reset_index(drop=True)
    top["rank"] = top.groupby(["shift_start", "district"]).cumcount() + 1
    top = top.merge(cells[["cell", "longitude", "latitude"]], on="cell").sort_values(
        ["shift_start", "district", "rank"]
    )
    reasons = (
        "More than usual: 6 reports of theft here in the past 4 weeks, where about 3 would be usual; "
        "41 reports of theft here in the past year, 20 of them between 14:00 and 22:00"
    )
    return top.assign(
        suggestion_id=[f"{s:%Y%m%dT%H%MZ}-{c}" for s, c in zip(top["shift_start"], top["cell"], strict=True)],
        visits=np.where(top["rank"] <= 2, 2, 1),
        patrol_minutes=np.where(top["rank"] <= 2, 30.0, 15.0),
        role="suggested",
        propensity=1.0,
        reasons=reasons,
        notice=NOTICE,
        area=[f"{d}-{'ABCDEFGH'[(r - 1) // 2]}" for d, r in zip(top["district"], top["rank"], strict=True)],
        category="theft",
        likeliest="theft",
        expected_by_category="theft 0.210, assault 0.052, vehicle_theft 0.047, burglary 0.031",
    ).reset_index(drop=True)


def spec(name: str, provenance: Provenance = Provenance.CITIZEN, lookback: float = 28) -> FeatureSpec:
    """One declared feature."""
    family = "place" if provenance is Provenance.CENSUS else "history"
    caution = "sees only what was reported"
    phrase = "{whole} reported here"
    return FeatureSpec(name, "reports per day", provenance, family, lookback, "incidents", caution, phrase)


def admission() -> Admission:
    """Three features admitted, two excluded."""
    admitted = [spec("reports_28d"), spec("reports_365d", lookback=365), spec("reports_all", lookback=float("inf"))]
    rule = "provenance and names; not screened"
    return Admission(
        tuple(AdmittedFeature(one, rule) for one in admitted),
        (
            ExcludedFeature(spec("stops_28d", Provenance.OFFICER), "never_in_model", "officer records never reach it"),
            ExcludedFeature(spec("place_x", Provenance.ENVIRONMENT), "excluded_by_name", "declared by the agency"),
        ),
    )


GATES = (
    GateResult("policy_admission", 0.0, "no officer-initiated column", GateVerdict.PASS, "3 features admitted"),
    GateResult("calibration", 1.03, "within 0.8 to 1.25", GateVerdict.PASS, "over the validation window", 0.98, 1.08),
    GateResult("beats_counting", 1.0, "0 categories behind", GateVerdict.WARN, "a baseline is used for burglary"),
)


def make_result(n_rings: int = 6, n_districts: int = 5, n_shifts: int = 3, each: int = 8) -> RunResult:
    """A whole made-up result."""
    cells = cells_table(n_rings, n_districts)
    forecast = forecast_of(cells, n_shifts, np.random.default_rng(7))
    return RunResult(
        as_of=AS_OF,
        cells=cells,
        forecast=forecast,
        suggestions=suggestions_of(cells, forecast, each),
        explanations=pd.DataFrame(),
        matrix=pd.DataFrame(),
        admission=admission(),
        skill=(
            skill("theft", 1204, (0.212, 0.219), (0.31, 0.29), "model"),
            skill("burglary", 310, (0.101, 0.100), (0.18, 0.19), "climatology"),
        ),
        intervals=(
            IntervalCalibration("theft", 0.8, 0.79, 700, (0.1, 0.2), 0.5, 84),
            IntervalCalibration("burglary", 0.8, 0.83, 700, (0.1, 0.2), 0.5, 84),
        ),
        gates=GATES,
        model_text="tree\n",
        training={
            "rows": 1_203_000,
            "incidents": 84_120,
            "rounds": 142,
            "first_shift": "2024-06-22T11:00:00+00:00",
            "last_shift": "2026-05-26T03:00:00+00:00",
            "validation_shifts": 84,
        },
        notes=("31 incidents lie outside the grid and are not counted",),
    )


def skill(
    category: str, n: int, deviance: tuple[float, float], hits: tuple[float, float], used: str
) -> SkillComparison:
    """The model beside one baseline."""
    names = ("model", "climatology")
    pairs = dict(zip(names, deviance, strict=True)), dict(zip(names, hits, strict=True))
    return SkillComparison(category, n, *pairs, 1.02 * n, used)


def make_context() -> RunContext:
    """The surroundings of the made-up run."""
    account = SourceAccount(
        name="incidents.csv.gz",
        sha256="ab" * 32,
        bytes=4_812_233,
        rows_in=101_000,
        kept=84_000,
        set_aside={"officer-initiated": 15_000, "administrative": 500},
        refused={"no coordinates": 900, "time that does not exist": 600},
        notes=("byte-order mark",),
    )
    return RunContext(
        call_source=CallSource("call_source"),
        run_id="20260630T1000Z-sample-1a2b3c",
        name="sample",
        title="Sample city (synthetic)",
        timezone="America/Chicago",
        as_of=AS_OF,
        newest_report=AS_OF - timedelta(hours=2),
        expires_at=AS_OF + timedelta(hours=25),
        sources=(account,),
        versions={"patrolcast": "0.1.0", "python": "3.11.2"},
        config_sha256="cd" * 32,
    )
