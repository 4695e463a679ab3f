"""The truth of a synthetic city in factors, and the rates that they multiply to.

For shift s, cell c and category k the number of incidents is Poisson with mean::

    true[s, c, k]     = level[k] * field[c, k] * exp(drift[c] * years(s)) * season[k](s) * hours(s) / 8
                        * ((1 - nightlife[c]) * by_day[k, slot, weekday] + nightlife[c] * by_night[k, slot, weekday])
    reported[s, c, k] = true[s, c, k] * reporting[k] * sum over groups of share[c, g] * reporting_of_group[g]

``years`` counts from 2025-01-01. Given these rates shifts and cells are independent: nothing excites itself in the
sample, so that "the true rate" means one thing. The file holds the very numbers the records were drawn from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd

from patrolcast.domain.shifts import shift_calendar, to_instants
from patrolcast.numerics.arrays import FloatArray

Kind = Literal["reported", "true"]

_ARRAYS = ("level", "field", "drift", "nightlife", "by_day", "by_night", "season", "share", "reporting", "of_group",
           "discovery")  # fmt: skip
_LABELS = ("cells", "categories", "groups", "starts")
_YEAR_ZERO = pd.Timestamp("2025-01-01", tz="UTC")
_YEAR = pd.Timedelta(days=365.25)


@dataclass(frozen=True)
class Truth:
    """Everything that decides how many incidents happen, are reported, and are discovered by patrol.

    Attributes
    ----------
    cells : H3 cells, ascending; all others have rate 0.
    categories, groups, starts, timezone : the labels of the axes and of the shifts.
    level : ``[k]`` true incidents per 8 hours in the city. ``field`` : ``[c, k]`` shares over cells, columns sum to 1.
    drift : ``[c]`` change of the log rate per year. ``nightlife`` : ``[c]`` 0..1.
    by_day, by_night : ``[k, slot, weekday]`` relative rates, mean 1.
    season : ``[k, 2]`` amplitude 0..1 and day of the year of the peak.
    share : ``[c, g]`` group shares of residents (the city's where none lives). ``reporting`` : ``[k]`` 0..1;
    ``of_group`` : ``[g]`` factor on it.
    discovery : ``[c]`` chance that patrol of the past discovered an unreported incident.
    """

    cells: tuple[str, ...]
    categories: tuple[str, ...]
    groups: tuple[str, ...]
    starts: tuple[str, ...]
    timezone: str
    level: FloatArray
    field: FloatArray
    drift: FloatArray
    nightlife: FloatArray
    by_day: FloatArray
    by_night: FloatArray
    season: FloatArray
    share: FloatArray
    reporting: FloatArray
    of_group: FloatArray
    discovery: FloatArray


def reporting_chance(truth: Truth) -> FloatArray:
    """Chance that an incident is reported, ``[n_cells, n_categories]``."""
    return np.minimum((truth.share @ truth.of_group)[:, None] * truth.reporting[None, :], 1.0)


def true_rate(
    truth: Truth, cells: Sequence[str], shift_starts: pd.DatetimeIndex | pd.Series, *, kind: Kind = "reported"
) -> FloatArray:
    """Expected incidents of cells and shifts, ``[n_shifts, n_cells, n_categories]``.

    Raises ValueError when an instant is not the start of a shift.

    Parameters
    ----------
    cells : H3 indexes, in any order; a cell that the truth does not hold has rate 0.
    shift_starts : aware instants, each the start of one of the truth's shifts.
    kind : ``reported`` for what citizens report in the end (however late), ``true`` for all incidents.
    """
    position = {cell: i for i, cell in enumerate(truth.cells)}
    index = np.array([position.get(cell, -1) for cell in cells], dtype=np.int64)
    shifts = _shifts_of(truth, pd.DatetimeIndex(shift_starts))
    place = truth.field * (reporting_chance(truth) if kind == "reported" else 1.0)
    night, drift = truth.nightlife[index], truth.drift[index]
    grow = np.exp(shifts["years"].to_numpy()[:, None] * drift[None, :])
    rate = np.empty((len(shifts), len(index), len(truth.categories)))
    slot, weekday = shifts["slot"].to_numpy(), shifts["weekday"].to_numpy()
    for k in range(len(truth.categories)):
        day_part, night_part = truth.by_day[k][slot, weekday], truth.by_night[k][slot, weekday]
        mixed = day_part[:, None] * (1 - night[None, :]) + night_part[:, None] * night[None, :]
        amplitude, peak = truth.season[k]
        season = 1 + amplitude * np.cos(2 * np.pi * (shifts["day_of_year"].to_numpy() - peak) / 365.25)
        in_city = truth.level[k] * season * shifts["hours"].to_numpy() / 8
        rate[:, :, k] = in_city[:, None] * place[index, k][None, :] * grow * mixed
    rate[:, index < 0, :] = 0.0
    return rate


def truth_document(truth: Truth) -> dict[str, Any]:
    """The truth as JSON can hold it; :func:`truth_from_document` is its inverse."""
    arrays = {name: getattr(truth, name).tolist() for name in _ARRAYS}
    labels = {name: list(getattr(truth, name)) for name in _LABELS}
    return {"timezone": truth.timezone, **labels, **arrays}


def truth_from_document(document: Mapping[str, Any]) -> Truth:
    """The truth from `data/sample/truth/rates.json`."""
    arrays: dict[str, Any] = {name: np.array(document[name], dtype=np.float64) for name in _ARRAYS}
    labels: dict[str, Any] = {name: tuple(document[name]) for name in _LABELS}
    return Truth(timezone=document["timezone"], **labels, **arrays)


def _shifts_of(truth: Truth, starts: pd.DatetimeIndex) -> pd.DataFrame:
    local = starts.tz_convert(truth.timezone)
    first, last = local.min().date() - timedelta(days=1), local.max().date()
    calendar = shift_calendar(truth.starts, timezone=truth.timezone, first_day=first, last_day=last)
    known = to_instants(calendar["shift_start"])
    wanted = to_instants(starts)
    row = np.searchsorted(known, wanted).clip(max=len(known) - 1)
    if (known[row] != wanted).any():
        raise ValueError(f"not the start of a shift: {starts[known[row] != wanted][0].isoformat()}")
    shifts = calendar.iloc[row].reset_index(drop=True)
    shifts["years"] = (shifts["shift_start"] - _YEAR_ZERO) / _YEAR
    shifts["day_of_year"] = shifts["shift_day"].dt.day_of_year
    return shifts
