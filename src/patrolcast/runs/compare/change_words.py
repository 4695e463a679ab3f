"""What a variant changes, in words; a key that has none here stands as the config writes it."""

from collections.abc import Callable, Mapping
from typing import Any

from patrolcast.domain.counted import counted
from patrolcast.domain.errors import shown
from patrolcast.domain.measures import EVERYONE_ELSE
from patrolcast.domain.residents import GroupNames
from patrolcast.domain.settings import Settings


def describe_changes(changes: Mapping[str, Any], settings: Settings) -> str:
    """The changes against the base as one line of words.

    Parameters
    ----------
    changes : dotted key -> value in the variant.
    settings : of the variant; they say what a table that is merely switched on does.
    """
    if not changes:
        return "the base of the comparison"
    lines: dict[str, None] = {}
    for key, value in sorted(changes.items()):
        phrase = next((words(settings) for start, words in _WORDS.items() if _is_under(key, start)), None)
        lines[f"{key} = {shown(value) if isinstance(value, str) else value}" if phrase is None else phrase] = None
    return "; ".join(line for line in lines if line)


def _is_under(key: str, start: str) -> bool:
    return key == start or key.startswith(f"{start}.")


def _caps(settings: Settings) -> str:
    caps = settings.patrol.caps
    if caps is None:
        return "no limit on how often a place is suggested"
    rest = f"after {counted(caps.run_nights, 'night')} in a row a place rests for {counted(caps.rest_nights, 'night')}"
    return f"no place on more than {caps.most_nights} of {counted(caps.of_nights, 'night')}; {rest}"


def _bound(settings: Settings) -> str:
    bound = settings.patrol.bound
    if bound is None:
        return "no bounds on the patrol where a group lives"
    called = GroupNames.of(settings.residents)
    others = called(bound.against or EVERYONE_ELSE)
    return (
        f"patrol where {called(bound.group)} residents live is kept between {bound.floor:g} and {bound.ceiling:g} "
        f"times that of {others}"
    )


def _exploration(settings: Settings) -> str:
    exploration = settings.patrol.exploration
    return (
        "nothing is left to chance"
        if exploration is None or not exploration.half_width
        else "the last places are drawn by lot"
    )


def _officers(settings: Settings) -> str:
    return "adds officer-made records" if settings.policy.comparison_only else "without officer-made records"


def _counted(settings: Settings) -> str:
    counts = settings.policy.comparison_counted
    return "counts officer-made records as incidents" if counts else "does not count officer-made records"


def _excluded(settings: Settings) -> str:
    names = settings.policy.excluded_features
    return f"without the features {', '.join(names)}" if names else "leaves out no feature by name"


def _screen(settings: Settings) -> str:
    stored = settings.screen.stored_for
    return f"features as the screen of {stored} leaves them" if stored else "a stored screen of its own, if it has one"


_WORDS: dict[str, Callable[[Settings], str]] = {
    "patrol.caps": _caps,
    "patrol.bound": _bound,
    "patrol.exploration": _exploration,
    "policy.comparison_only": _officers,
    "policy.comparison_counted": _counted,
    "policy.excluded_features": _excluded,
    "policy.reason": lambda settings: "",
    "screen.stored_for": _screen,
    "area.resolution": lambda settings: f"cells of H3 resolution {settings.area.resolution}",
    "model.horizon_days": lambda settings: f"forecasts {counted(settings.model.horizon_days, 'day')} ahead",
}
"""Key, or the table that holds it -> words; "" where the words of another key say it."""
