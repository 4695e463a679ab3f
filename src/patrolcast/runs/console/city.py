"""The city that a console is for: its config, its runs, and its audit trail."""

from dataclasses import dataclass
from pathlib import Path

from patrolcast.domain.settings import Settings
from patrolcast.domain.trail import Actor, Event
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.trail.entry import Entry
from patrolcast.io.trail.file import trail_folder
from patrolcast.io.trail.scan import has_trail
from patrolcast.runs.trail.find import CityTrail
from patrolcast.runs.trail.opened import opened_trail

STATE = "console"


@dataclass(frozen=True)
class ConsoleCity:
    """A city as the console needs it: where its config is, what it says, and the city's own folder of runs."""

    config: Path
    settings: Settings
    runs: Path

    @property
    def zone(self) -> str:
        """Name of the city's time zone."""
        return self.settings.area.timezone

    @property
    def trail(self) -> CityTrail:
        """Its audit trail, for reading."""
        return CityTrail(self.settings.name, trail_folder(self.runs), self.runs, tuple(self.settings.trail.copies))

    @property
    def state(self) -> Path:
        """Where the console keeps accounts and secrets: beside the runs, so that publishing those shows none of it."""
        return self.runs.absolute().parent.parent / STATE / self.settings.name

    def record(self, event: Event, *, actor: Actor) -> Entry:
        """Writes an event on the trail; what it speaks of may happen only once this has returned.

        Raises TrailBrokenError, CannotWriteError and the like: then it must not happen.
        """
        with opened_trail(self.runs, self.settings.name, self.settings.trail.copies, actor) as trail:
            return trail.append(event)

    @property
    def has_trail(self) -> bool:
        """True once anything was recorded."""
        return has_trail(self.trail.folder)


def open_city(config: Path, *, runs: Path | None = None) -> ConsoleCity:
    """The city of a config.

    Raises ConfigError: it cannot be read.
    """
    settings = read_settings(config).settings
    return ConsoleCity(config, settings, settings.city_runs(runs))
