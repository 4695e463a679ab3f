"""The catalogue: every feature declared once, whether the policy admits it or not.

A feature that is not declared here cannot be computed, and one that is not admitted cannot become a column. History
features exist per category with one meaning: "own" is the category that the row forecasts.
"""

from collections.abc import Iterable, Mapping
from math import inf

from patrolcast.domain.matrix import Family, FeatureSpec
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.settings import Features, PlaceLayer

TRAILING_DAYS = (1, 3, 7, 14, 28, 91, 182, 365)
"""Windows of the trailing means over all shifts."""
SHIFT_TRAILING_DAYS = (28, 182)
"""Windows of the trailing means over the same shift of the day."""
ANY_TRAILING_DAYS = (28, 365)
"""Windows of the trailing means over all categories together."""
HALF_LIVES_DAYS = (7, 28, 91, 365)
"""Half-lives of the exponentially weighted histories."""
RING_WINDOWS = ((1, 28), (1, 365), (2, 365), (3, 365))
"""(ring, window in days) of the neighbours' means."""

_OF_REPORTS: frozenset[Family] = frozenset({"history", "neighbours", "recency", "climatology"})
_HISTORY_CAUTION = "sees only what was reported; reporting differs between places and groups"
_INCIDENTS = "incidents"


def catalogue(places: Mapping[str, PlaceLayer], switches: Features) -> tuple[FeatureSpec, ...]:
    """All features of a configuration, in a fixed order.

    Parameters
    ----------
    places : place layers of the configuration, each one feature ``place_<name>``.
    switches : [features], which switches the optional calendar features on.
    """
    return (*_history(), *_neighbours(), *_rhythm(), *_calendar(switches), *_places(places))


def is_history(spec: FeatureSpec) -> bool:
    """True for a feature that this catalogue builds from the counted incidents, and for no other.

    How it is built decides, never the provenance that a config declares: a place layer is about places, whoever caused
    its records to exist.
    """
    return spec.family in _OF_REPORTS and spec.source == _INCIDENTS


def _reports(name: str, unit: str, family: Family, lookback: float, phrase: str) -> FeatureSpec:
    return FeatureSpec(name, unit, Provenance.CITIZEN, family, lookback, _INCIDENTS, _HISTORY_CAUTION, phrase)


def _history() -> Iterable[FeatureSpec]:
    rate = "reports per day"
    for days in TRAILING_DAYS:
        yield _reports(f"reports_{days}d", rate, "history", days, "{n} {what} reports here in the last {days} days")
    yield _reports("reports_all", rate, "history", inf, "{per_year} {what} reports a year here in the long run")
    for days in SHIFT_TRAILING_DAYS:
        phrase = "{n} {what} reports here at this time of day in the last {days} days"
        yield _reports(f"same_shift_{days}d", rate, "history", days, phrase)
    yield _reports(
        "same_shift_share", "share", "history", inf, "{percent} % of {what} reports here fall at this time of day"
    )
    for days in HALF_LIVES_DAYS:
        phrase = f"{{what}} reports here lately come at a rate of {{per_year}} a year (weight halves in {days} days)"
        yield _reports(f"decayed_{days}d", rate, "history", inf, phrase)
    for days in ANY_TRAILING_DAYS:
        yield _reports(f"any_{days}d", rate, "history", days, "{n} reports of all kinds here in the last {days} days")
    yield _reports("any_all", rate, "history", inf, "{per_year} reports of all kinds a year here in the long run")
    phrase = "{what} reports here lately come at {ratio} % of their long-run rate"
    yield _reports("trend", "log ratio", "history", inf, phrase)


def _neighbours() -> Iterable[FeatureSpec]:
    rate = "reports per day and cell"
    for ring, days in RING_WINDOWS:
        away = "next door" if ring == 1 else f"{ring} cells away"
        phrase = f"{{mean}} {{what}} reports per cell {away} in the last {{days}} days"
        yield _reports(f"ring{ring}_{days}d", rate, "neighbours", days, phrase)
    phrase = "{per_year} {what} reports a year here and nearby, recent ones counting more"
    yield _reports("starting_level", "reports per day", "neighbours", inf, phrase)
    phrase = "{mean} reports of all kinds per cell next door in the last {days} days"
    yield _reports("any_ring1_365d", rate, "neighbours", 365, phrase)


def _rhythm() -> Iterable[FeatureSpec]:
    yield _reports("days_since", "days", "recency", inf, "{whole} days since the last {what} report here")
    yield _reports("days_since_ring1", "days", "recency", inf, "{whole} days since the last {what} report next door")
    yield _reports("hour_of_week", "log ratio", "climatology", inf, "usual for {weekday} {shift}")


def _calendar(switches: Features) -> Iterable[FeatureSpec]:
    def spec(name: str, unit: str, phrase: str, caution: str = "") -> FeatureSpec:
        return FeatureSpec(name, unit, Provenance.ENVIRONMENT, "calendar", 0, "calendar", caution, phrase)

    yield spec("weekday", "0 = Monday", "the day of the week")
    yield spec("slot", "shift of the day", "the time of day")
    yield spec("season_sin", "-1..1", "the time of year")
    yield spec("season_cos", "-1..1", "the time of year")
    yield spec("lead_days", "days", "{whole} days ahead")
    if switches.holidays:
        yield spec("holiday", "0 or 1", "it is {a} public holiday")
        yield spec("eve_of_holiday", "0 or 1", "{a} public holiday follows")
    if switches.paydays:
        yield spec("days_after_payday", "days", "{whole} days after payday", "declared by the config")
    if switches.darkness:
        caution = "from the sun's position; knows no street light"
        yield spec("darkness", "share of the shift", "{percent} % of the shift is dark", caution)
    yield FeatureSpec("category", "code", Provenance.ENVIRONMENT, "category", 0, "codebook", "", "the kind of incident")


def _places(places: Mapping[str, PlaceLayer]) -> Iterable[FeatureSpec]:
    units = {"count": "places", "distance_m": "metres", "value": "layer's unit"}
    phrase = {"count": " here: {whole}", "distance_m": ": the nearest {whole} metres away", "value": " here: {few}"}
    for name, layer in sorted(places.items()):
        yield FeatureSpec(
            f"place_{name}",
            units[layer.measure],
            layer.provenance,
            "place",
            0,
            layer.source,
            layer.caution,
            f"{name.replace('_', ' ')}{phrase[layer.measure]}",
        )
