"""The configuration as strict types: every key that exists, with its unit, its range and its default.

A parsed TOML mapping comes in, a frozen :class:`Settings` goes out, or one line that names the wrong key and its
cure. Nothing here opens a file: paths arrive resolved (`io/settings`). Read `base` (what every section is made of),
`settings` (the whole document), then the sections in the order of a run: `inputs`, `residents`, `model`, `patrol`,
`publish`, `evaluation`, `monitor`, `deciding`, `waivers`. `limits` says which thresholds of gates need a waiver,
`keys` reads off the types which keys exist and where a wrong one stands. Code imports the sections from here.
"""

from patrolcast.domain.settings.deciding import Decisions, Pausing
from patrolcast.domain.settings.evaluation import Audit, Backtest, Loop, Screen
from patrolcast.domain.settings.inputs import Area, Incidents, NameLayer, PlaceLayer
from patrolcast.domain.settings.model import Features, Model, Policy, Shifts
from patrolcast.domain.settings.monitor import Monitor, VisitColumns, VisitsExtract
from patrolcast.domain.settings.patrol import Caps, ExposureBounds, Patrol
from patrolcast.domain.settings.publish import Gates
from patrolcast.domain.settings.residents import Residents
from patrolcast.domain.settings.settings import Settings, call_source_of, parse_as_of, refuse_comparison_only
from patrolcast.domain.settings.waivers import Waiver

__all__ = [
    "Area",
    "Audit",
    "Backtest",
    "Caps",
    "Decisions",
    "ExposureBounds",
    "Features",
    "Gates",
    "Incidents",
    "Loop",
    "Model",
    "Monitor",
    "NameLayer",
    "Patrol",
    "Pausing",
    "PlaceLayer",
    "Policy",
    "Residents",
    "Screen",
    "Settings",
    "Shifts",
    "VisitColumns",
    "VisitsExtract",
    "Waiver",
    "call_source_of",
    "parse_as_of",
    "refuse_comparison_only",
]
