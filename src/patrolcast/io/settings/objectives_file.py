"""The file of objectives that a config names, or one line that says why it is none yet."""

from pathlib import Path

from pydantic import ValidationError

from patrolcast.domain.errors import GovernanceError
from patrolcast.domain.settings.deciding.objectives import Objectives
from patrolcast.io.settings.written_file import first_fault, read_written, written_values

EXAMPLE = (
    'e.g. [[objectives]] id = "even_accuracy", goal = "...", measure = "calibration", at_least = 0.9, at_most = 1.1, '
    'review = "2027-06-30", owner = "Office of oversight" (docs/objectives.md)'
)
"""The cure in every refusal."""


def read_objectives(path: Path | None) -> Objectives:
    """The objectives of a config.

    Raises GovernanceError: the config names none, the file is not there, or it is not finished. One line, with an
    example.
    """
    if path is None:
        rule = "a run is published only against objectives"
        raise GovernanceError("objectives", got="no file named in the config", rule=rule, cure=EXAMPLE)
    what = f"objectives {path.name}"
    data = read_written(path, what=what, rule="must be a file of objectives", cure=EXAMPLE)
    try:
        return Objectives.model_validate(written_values(data, path.name))
    except ValidationError as error:
        steps, rule = first_fault(error)
        raise GovernanceError(f"{path.name}: {_place(steps)}", rule=rule, cure=EXAMPLE) from None


def _place(steps: tuple[int | str, ...]) -> str:
    """Which objective and key: "[[objectives]] no. 2 owner"."""
    words = [f"no. {step + 1}" if isinstance(step, int) else step for step in steps]
    return " ".join(["[[objectives]]" if word == "objectives" else word for word in words]) or "[[objectives]]"


def draft_text(city: str) -> str:
    """A file of objectives as `init` drafts it: nothing in it passes until a person has written it."""
    return f"""# What patrolcast is for in {city}, and how anybody can see whether it helps. Drafted by
# `patrolcast init`: write every TODO. Until then `patrolcast check` says that it is unfinished, and
# nothing is published. docs/objectives.md lists what can be measured.

objectives_version = 1

[[objectives]]
id = "forecast_holds"                    # short name; keep it as long as the objective stands
goal = "TODO"                            # what is to get better, for whom: a sentence that a council can hold you to
measure = "calibration"                  # a check of the run, or a figure of decisions
at_least = 0.9
at_most = 1.1
review = "TODO"                          # a day, e.g. 2027-06-30: by then somebody decides whether it was reached
owner = "TODO"                           # the office that answers for it

[[objectives]]
id = "people_decide"
goal = "TODO"
measure = "answered_share"               # of the suggestions of closed shifts, those that a person answered
at_least = 0.8
review = "TODO"
owner = "TODO"
"""
