"""The gate on limits: each lies in its usual range, or a waiver that holds says why not."""

from collections.abc import Sequence
from datetime import date

from patrolcast.domain.counted import counted
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Waiver
from patrolcast.domain.settings.limits import ChosenLimit, number_words

GATE = "limits_kept"
_RULE = "every limit in its usual range, or waived in writing"


def limits_gate(limits: Sequence[ChosenLimit], waivers: Sequence[Waiver], *, day: date) -> GateResult:
    """Whether the limits of the other gates are ones that check something.

    Passes with all limits in their usual ranges, is waived where each of the others has a waiver that holds on ``day``
    (of ``as_of``, local), and fails otherwise, as where a limit is so wide that no waiver is enough. ``value`` counts
    the limits beyond their usual range.
    """
    beyond = [limit for limit in limits if limit.beyond_usual]
    open_ones = [limit for limit in beyond if limit.beyond_waiver or waiver_of(limit, waivers, day=day) is None]
    if not beyond:
        detail = f"{counted(len(limits), 'limit')}, none beyond its usual range"
        return GateResult(GATE, 0.0, _RULE, GateVerdict.PASS, detail)
    detail = "; ".join(_stated(limit, waivers, day) for limit in open_ones or beyond)
    verdict = GateVerdict.FAIL if open_ones else GateVerdict.WAIVED
    return GateResult(GATE, float(len(beyond)), _RULE, verdict, detail)


def waiver_of(limit: ChosenLimit, waivers: Sequence[Waiver], *, day: date) -> Waiver | None:
    """The waiver of a limit that holds on a day, or None."""
    return next((each for each in waivers if each.limit == limit.key and each.holds_on(day)), None)


def _stated(limit: ChosenLimit, waivers: Sequence[Waiver], day: date) -> str:
    text = f"{limit.place} is {number_words(limit.value)}, usual is {limit.usual.range_words}"
    if limit.beyond_waiver:
        return f"{text}: it checks next to nothing, so no waiver is enough"
    if (waiver := waiver_of(limit, waivers, day=day)) is not None:
        return f"{text}: waived {waiver.terms}"
    ended = [each.expires for each in waivers if each.limit == limit.key]
    return (
        f"{text}: its waiver ended on {max(ended)}"
        if ended
        else f'{text}, and no [[waivers]] has limit = "{limit.key}"'
    )
