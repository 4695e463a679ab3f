"""Rolling origins: trained on the past as it was known, then every following night forecast as that night saw it.

::

    fold 0   ---- training ---->|n n n n n n|
    fold 1   ---------- training ---------->|n n n n n n|
    fold 2   ---------------- training ---------------->|n n n n n n|     n: a night, forecast from its own origin

Features of a night use what was known by that night's origin; targets of a training use what was known by the
training's origin, so that a later report is in neither (its test holds both against the pipeline).
"""

from dataclasses import dataclass, replace

import numpy as np

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.settings import Model
from patrolcast.domain.shifts import from_instants, to_instants
from patrolcast.features.rows import latest_origin
from patrolcast.grid.exposed import shifts_in_holes, with_gaps
from patrolcast.grid.gaps import Gap
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import Int32Array
from patrolcast.runs.pipeline.windows import TimeWindows, Window, plan_windows


@dataclass(frozen=True)
class Fold:
    """One training and the nights that are forecast with it.

    Attributes
    ----------
    nights : day indexes of the origins that are forecast, rising; the model is trained at the first of them.
    """

    nights: Int32Array

    @property
    def trained_at(self) -> int:
        """Day index of the origin whose knowledge the training may use."""
        return int(self.nights[0])


def last_nights(panel: Panel, *, n_nights: int, maturity_days: int) -> Int32Array:
    """Day indexes of the latest ``n_nights`` origins whose shifts are over and whose reports had time to come in.

    A night of whose shifts records are missing shows nothing and is passed over.

    Raises DataRefusedError when the history has fewer nights.
    """
    # A night's last shift may end up to a day after the next origin.
    last = panel.n_days - 1 - maturity_days - 2
    latest = latest_origin(to_instants(panel.calendar["shift_start"]), panel.origins)
    nights = np.setdiff1d(np.arange(1, last + 1, dtype=np.int32), latest[shifts_in_holes(panel)])
    if len(nights) < n_nights:
        cure = "ask for fewer nights"
        raise DataRefusedError("incidents", got=f"{panel.n_days} days", rule=f"{n_nights} nights after it", cure=cure)
    return nights[-n_nights:]


def split_folds(nights: Int32Array, *, n_folds: int) -> tuple[Fold, ...]:
    """The nights in ``n_folds`` runs of (nearly) the same length, each with a training of its own."""
    return tuple(Fold(part.astype(np.int32)) for part in np.array_split(nights, n_folds) if len(part))


def night_shifts(panel: Panel, nights: Int32Array) -> Window:
    """The shifts that start after each night's origin and before the next: what that night's run is about."""
    latest = latest_origin(to_instants(panel.calendar["shift_start"]), panel.origins)
    shifts = np.flatnonzero(np.isin(latest, nights)).astype(np.int32)
    return Window(shifts, latest[shifts])


def known_by(panel: Panel, day: int) -> Panel:
    """The panel as it stood at origin ``day``; its calendar reaches to the end of that night's shifts."""
    latest = latest_origin(to_instants(panel.calendar["shift_start"]), panel.origins)
    n_shifts = int(np.searchsorted(latest, day, side="right"))
    known = (panel.known_day <= day) & (panel.shift < n_shifts)
    return replace(panel.only(known), calendar=panel.calendar.iloc[:n_shifts], origins=panel.origins[: day + 1])


def fold_panel(panel: Panel, fold: Fold) -> Panel:
    """What a fold may see: features to its last night, targets and gaps known at its training."""
    past = known_by(panel, int(fold.nights[-1])).with_targets_known_by(fold.trained_at)
    return replace(past, gaps=gaps_at_training(panel, fold))


def gaps_at_training(panel: Panel, fold: Fold) -> tuple[Gap, ...]:
    """The gaps that can be seen at a fold's first night; they stay those of all its nights."""
    return with_gaps(known_by(panel, fold.trained_at)).gaps


def fold_windows(panel: Panel, fold: Fold, model: Model, *, n_slots: int) -> TimeWindows:
    """Training and validation as on the fold's first night; the horizon is every shift of its nights.

    With a horizon of several days a forecast is made every so many days and holds until the next.
    """
    past = known_by(panel, fold.trained_at)
    moment = from_instants(past.origins[-1:])[0].to_pydatetime()
    windows = plan_windows(past, model, as_of=moment, n_slots=n_slots)
    ahead = night_shifts(panel, fold.nights)
    origins = fold.trained_at + (ahead.origins - fold.trained_at) // model.horizon_days * model.horizon_days
    return replace(windows, horizon=Window(ahead.shifts, origins.astype(np.int32)))
