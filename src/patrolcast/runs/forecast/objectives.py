"""The objectives of a config, checked against what a run can measure and against its day."""

from datetime import date

from patrolcast.audit.objectives import idle_target, too_far, unknown_measure
from patrolcast.domain.errors import GovernanceError
from patrolcast.domain.settings import Settings
from patrolcast.domain.settings.deciding.objectives import Objectives
from patrolcast.io.settings.objectives_file import read_objectives


def objectives_of(settings: Settings, *, day: date) -> Objectives:
    """What the config's file of objectives says.

    Parameters
    ----------
    day : of ``as_of``, local.

    Raises GovernanceError: there is none, it is not finished, names a measure that nobody measures, a target that says
    nothing, or a review date that is too far off.
    """
    objectives = read_objectives(settings.objectives)
    groups = () if settings.residents is None else settings.residents.groups
    if fault := unknown_measure(objectives, groups=groups) or idle_target(objectives) or too_far(objectives, day=day):
        name = settings.objectives.name if settings.objectives is not None else "objectives"
        raise GovernanceError(f"{name}: {fault}", cure="docs/objectives.md lists what can be measured")
    return objectives


def finished_objectives(settings: Settings, *, day: date) -> Objectives | None:
    """The same, or None where there is none or it is not finished: such a run is made, shown, and not published."""
    try:
        return objectives_of(settings, day=day)
    except GovernanceError:
        return None
