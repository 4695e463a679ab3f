"""The catalogue: every feature declared once, whether the policy admits it or not.

A feature that is not declared here cannot be computed, and one that is not admitted cannot become a column. History
features exist per category with one meaning: "own" is the category that the row forecasts.
"""

from collections.abc import Iterable, Mapping
from math import inf

from patrolcast.domain.matrix import HOURS_OF_PLACE, Family, FeatureSpec
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.settings import Features, PlaceLayer

HALF_LIVES_DAYS = (7, 28, 91, 365)
"""Half-lives of the exponentially weighted histories."""

_OF_REPORTS: frozenset[Family] = frozenset({"history", "neighbours", "climatology"})
_HISTORY_CAUTION = "sees only what was reported; reporting differs between places and groups"
_INCIDENTS = "incidents"


def catalogue(places: Mapping[str, PlaceLayer], switches: Features) -> tuple[FeatureSpec, ...]:
    """All features of a configuration, in a fixed order.

    Parameters
    ----------
    places : place layers of the configuration, each one feature ``place_<name>``.
    switches : [features], which switches the optional calendar features on.
    """
    return (*_history(), *_calendar(switches), *_places(places))


def is_history(spec: FeatureSpec) -> bool:
    """True for a feature that this catalogue builds from the counted incidents, and for no other.

    How it is built decides, never the provenance that a config declares: a place layer is about places, whoever caused
    its records to exist.
    """
    return spec.family in _OF_REPORTS and spec.source == _INCIDENTS


def _reports(name: str, unit: str, family: Family, phrase: str) -> FeatureSpec:
    return FeatureSpec(name, unit, Provenance.CITIZEN, family, inf, _INCIDENTS, _HISTORY_CAUTION, phrase)


def _history() -> Iterable[FeatureSpec]:
    rate = "reports per day"
    for days in HALF_LIVES_DAYS:
        phrase = f"{{what}} reports here lately come at a rate of {{per_year}} a year (weight halves in {days} days)"
        yield _reports(f"decayed_{days}d", rate, "history", phrase)
    phrase = "{what} reports here fall at this time of day {percent} % as often as in the whole city"
    yield _reports(HOURS_OF_PLACE, "ratio", "history", phrase)
    yield _reports("any_all", rate, "history", "{per_year} reports of all kinds a year here in the long run")
    phrase = "{per_year} {what} reports a year here and nearby, recent ones counting more"
    yield _reports("starting_level", rate, "neighbours", phrase)
    yield _reports("hour_of_week", "log ratio", "climatology", "usual for {weekday} {shift}")


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
