"""Which trails a person means: that of a config, of a folder, or of every city."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from patrolcast.domain.errors import UsageError, shown
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.trail.file import trail_folder
from patrolcast.io.trail.scan import trails_below

RUNS = Path("runs")


@dataclass(frozen=True)
class CityTrail:
    """A trail: the city's name, its folder, the folder of its runs, and what its config says of copies."""

    city: str
    folder: Path
    runs: Path
    copies: Sequence[str] = ()


def find_trails(named: Path | None, *, runs: Path | None = None) -> list[CityTrail]:
    """The trail of a config, of a city's runs, or in a folder; None: those of every city below ``runs``.

    Raises UsageError: there is none. ConfigError: the config cannot be read.
    """
    if named is not None and named.suffix == ".toml":
        settings = read_settings(named).settings
        city_runs = settings.city_runs(runs)
        return [CityTrail(settings.name, trail_folder(city_runs), city_runs, tuple(settings.trail.copies))]
    place = (named or runs or RUNS).absolute()
    trails = [CityTrail(folder.parent.name, folder, folder.parent) for folder in trails_below(place)]
    if not trails:
        rule = "must be a config, or a folder with a trail in it or in a city's folder below it"
        cure = "name the config, e.g. `patrolcast trail verify configs/sample.toml`"
        raise UsageError("trail", got=shown(named or runs or RUNS), rule=rule, cure=cure)
    return trails


def the_trail(named: Path | None, *, runs: Path | None = None) -> CityTrail:
    """The one trail that is meant. Raises UsageError: there is none, or there are several."""
    trails = find_trails(named, runs=runs)
    if len(trails) > 1:
        cities = ", ".join(trail.city for trail in trails)
        raise UsageError("trail", got=f"trails of {len(trails)} cities ({cities})", rule="one", cure="name its config")
    return trails[0]
