"""Features of officer-initiated records: declared here and nowhere else, made for comparison only.

They are not in the catalogue, so no policy can admit them; `admit_for_comparison` needs a permit that only
`runs/compare` makes, and what it returns cannot become a run. They measure what such records, which are where police
were (Lum & Isaac 2016, doi 10.1111/j.1740-9713.2016.00960.x), would do to a forecast and to who is patrolled.
"""

from collections.abc import Callable
from functools import partial
from math import inf

from scipy import sparse

from patrolcast.domain.matrix import Admission, ComparedFeature, ComparisonPermit, FeatureSpec
from patrolcast.domain.provenance import Provenance
from patrolcast.features import lags
from patrolcast.numerics.arrays import CountArray, Float32Array

HALF_LIVES_DAYS = (28, 91, 365)
RING_DAYS = 365
RULE = "comparison only"


def enforcement_features() -> tuple[FeatureSpec, ...]:
    """Their declarations, in a fixed order."""
    names = [(f"enforcement_{days}d", "here") for days in HALF_LIVES_DAYS]
    names += [("enforcement_all", "here"), (f"enforcement_ring1_{RING_DAYS}d", "next door")]
    return tuple(
        FeatureSpec(
            name,
            "records per day",
            Provenance.OFFICER,
            "neighbours" if where == "next door" else "history",
            inf,
            "set-aside records",
            "records where officers were, not where incidents are",
            f"officer-initiated records {where}",
        )
        for name, where in names
    )


def admit_for_comparison(admission: Admission, permit: ComparisonPermit) -> Admission:
    """The policy's admission with the enforcement features beside it; it can be compared, never run."""
    compared = tuple(ComparedFeature(spec, RULE, permit) for spec in enforcement_features())
    return Admission((*admission.admitted, *compared), admission.excluded)


def enforcement_makers(
    known: CountArray, next_door: sparse.csr_array, *, first: int
) -> dict[str, Callable[[], Float32Array]]:
    """Feature name -> what makes its values ``[n_days - first, n_cells]``.

    Parameters
    ----------
    known : officer-initiated records by the origin day on which they became known, ``[n_days, n_cells]``.
    next_door : ring 1.
    """
    history = lags.History(known, first=first)
    decayed = history.decayed_mean
    makers: dict[str, Callable[[], Float32Array]] = {
        f"enforcement_{days}d": partial(decayed, days) for days in HALF_LIVES_DAYS
    }
    makers["enforcement_all"] = history.long_run_mean
    makers[f"enforcement_ring1_{RING_DAYS}d"] = lambda: lags.over_ring(decayed(RING_DAYS), next_door)
    return makers
