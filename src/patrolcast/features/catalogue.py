"""The catalogue: every feature declared once, whether the policy admits it or not.

A feature that is not declared here cannot be computed, and one that is not admitted cannot become a column. History
features exist per category with one meaning: "own" is the category that the row forecasts.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from patrolcast.domain.matrix import Family, FeatureSpec
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.settings import PlaceLayer

TRAILING_DAYS = (1, 3, 7, 14, 28, 91, 182, 365)
"""Windows of the trailing means over all shifts."""
SHIFT_TRAILING_DAYS = (28, 182)
"""Windows of the trailing means over the same shift of the day."""
HALF_LIVES_DAYS = (7, 28, 91, 365)
"""Half-lives of the exponentially weighted histories."""
RING_WINDOWS = ((1, 28), (1, 365), (2, 365), (3, 365))
"""(ring, window in days) of the neighbours' means."""
NEAR_REPEAT_HALF_LIVES = (4, 14)

_HISTORY_CAUTION = "sees only what was reported; reporting differs between places and groups"
_INCIDENTS = "incidents"


def catalogue(
    places: dict[str, PlaceLayer], *, holidays: bool, paydays: bool, darkness: bool
) -> tuple[FeatureSpec, ...]:
    """All features of a configuration, in a fixed order.

    Parameters
    ----------
    places : place layers of the configuration, each one feature ``place_<name>``.
    holidays, paydays, darkness : whether the optional calendar features are computed.
    """
    return (*_history(), *_neighbours(), *_rhythm(), *_calendar(holidays, paydays, darkness), *_places(places))


def _reports(name: str, unit: str, family: Family, lookback: float, phrase: str) -> FeatureSpec:
    return FeatureSpec(name, unit, Provenance.CITIZEN, family, lookback, _INCIDENTS, _HISTORY_CAUTION, phrase)


def _history() -> Iterable[FeatureSpec]:
    for days in TRAILING_DAYS:
        told = f"{{n}} reported here in the last {days} days" if days > 1 else "{n} reported here in the last day"
        yield _reports(f"reports_{days}d", "reports per day", "history", days, told)
    yield _reports("reports_all", "reports per day", "history", inf, "the long-run level of reports here")
    for days in SHIFT_TRAILING_DAYS:
        yield _reports(
            f"same_shift_{days}d",
            "reports per day",
            "history",
            days,
            f"{{n}} at this time of day in the last {days} days",
        )
    yield _reports("same_shift_share", "share", "history", inf, "how much of it falls at this time of day here")
    for days in HALF_LIVES_DAYS:
        told = f"the recent level of reports here (weight halves every {days} days)"
        yield _reports(f"decayed_{days}d", "reports per day", "history", inf, told)
    yield _reports("any_28d", "reports per day", "history", 28, "{n} reports of any kind here in the last 28 days")
    yield _reports("any_365d", "reports per day", "history", 365, "reports of any kind here over a year")
    yield _reports("any_all", "reports per day", "history", inf, "the long-run level of all reports here")
    yield _reports(
        "trend", "log ratio", "history", inf, "whether reports here rise or fall against their long-run level"
    )


def _neighbours() -> Iterable[FeatureSpec]:
    for ring, days in RING_WINDOWS:
        told = f"reports in the cells {ring} step{'s' if ring > 1 else ''} away in the last {days} days"
        yield _reports(f"ring{ring}_{days}d", "reports per day and cell", "neighbours", days, told)
    yield _reports(
        "starting_level", "reports per day", "neighbours", inf, "the remembered level of this and nearby cells"
    )
    yield _reports(
        "any_ring1_365d", "reports per day and cell", "neighbours", 365, "reports of any kind next door over a year"
    )
    for days in NEAR_REPEAT_HALF_LIVES:
        told = f"reports here and next door in the last days (weight halves every {days} days)"
        yield _reports(f"near_repeat_{days}d", "weighted reports", "near_repeat", 8 * days, told)


def _rhythm() -> Iterable[FeatureSpec]:
    yield _reports("days_since", "days", "recency", inf, "{value:.0f} days since the last report here")
    yield _reports("days_since_ring1", "days", "recency", inf, "{value:.0f} days since the last report next door")
    yield _reports("hour_of_week", "log ratio", "climatology", inf, "usual for {weekday} {shift}")


def _calendar(holidays: bool, paydays: bool, darkness: bool) -> Iterable[FeatureSpec]:
    def spec(name: str, unit: str, phrase: str, caution: str = "") -> FeatureSpec:
        return FeatureSpec(name, unit, Provenance.ENVIRONMENT, "calendar", 0, "calendar", caution, phrase)

    yield spec("weekday", "0 = Monday", "the day of the week")
    yield spec("slot", "shift of the day", "the time of day")
    yield spec("season_sin", "-1..1", "the time of year")
    yield spec("season_cos", "-1..1", "the time of year")
    yield spec("lead_days", "days", "how far ahead this shift lies")
    if holidays:
        yield spec("holiday", "0 or 1", "a public holiday")
        yield spec("eve_of_holiday", "0 or 1", "the day before a public holiday")
    if paydays:
        yield spec("days_after_payday", "days", "{value:.0f} days after payday", "declared by the config")
    if darkness:
        yield spec(
            "darkness", "share of the shift", "the hours of darkness", "from the sun's position; no street light"
        )
    yield FeatureSpec("category", "code", Provenance.ENVIRONMENT, "category", 0, "codebook", "", "the kind of incident")


def _places(places: dict[str, PlaceLayer]) -> Iterable[FeatureSpec]:
    units = {"count": "places", "distance_m": "metres", "value": "layer's unit"}
    for name, layer in sorted(places.items()):
        yield FeatureSpec(
            f"place_{name}",
            units[layer.measure],
            layer.provenance,
            "place",
            0,
            layer.source,
            layer.caution,
            f"the place itself ({name.replace('_', ' ')})",
        )
