"""The configuration as strict types: every key that exists, with its unit, its range and its default.

`settings` holds :class:`Settings`, the whole document of one city, and the sections that every city has; each further
file is one section, whose name it bears. `keys` turns a parsed TOML mapping into :class:`Settings`, or into one line
that names the wrong key and its cure. Nothing here opens a file: paths arrive resolved (`io/settings`). Read `base`,
`settings`, `keys`.
"""

from patrolcast.domain.settings.audit import Audit
from patrolcast.domain.settings.backtest import Backtest
from patrolcast.domain.settings.loop import Loop
from patrolcast.domain.settings.monitor import Monitor, VisitColumns, VisitsExtract
from patrolcast.domain.settings.patrol import Caps, ExposureBounds, Patrol
from patrolcast.domain.settings.residents import Residents
from patrolcast.domain.settings.screen import Screen
from patrolcast.domain.settings.settings import (
    Area,
    Gates,
    Incidents,
    Model,
    PlaceLayer,
    Policy,
    Settings,
    Shifts,
    parse_as_of,
)
from patrolcast.domain.settings.waivers import Waiver

__all__ = [
    "Area",
    "Audit",
    "Backtest",
    "Caps",
    "ExposureBounds",
    "Gates",
    "Incidents",
    "Loop",
    "Model",
    "Monitor",
    "Patrol",
    "PlaceLayer",
    "Policy",
    "Residents",
    "Screen",
    "Settings",
    "Shifts",
    "VisitColumns",
    "VisitsExtract",
    "Waiver",
    "parse_as_of",
]
