"""`governance/CITY/responses.toml`, the register of outside findings and the answers to them."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from patrolcast.domain.errors import GovernanceError, shown
from patrolcast.domain.governance.responses import Finding, Responses
from patrolcast.io.governance.facts import place_of

FILE = "responses.toml"
_EXAMPLE = '[[findings]] with id, by, day, finding, answer = "open"'


def read_responses(folder: Path) -> tuple[Finding, ...] | None:
    """Every finding, newest first; None where no register is kept.

    Raises GovernanceError: it cannot be read, or a finding is not of its form.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    rule, cure = "a register of outside findings", f"write {_EXAMPLE}"
    try:
        responses = Responses.model_validate(tomllib.loads(path.read_bytes().decode("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GovernanceError(place_of(path), got=shown(str(error)), rule=rule, cure=cure) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "findings"
        message = str(first["msg"]).removeprefix("Value error, ")
        raise GovernanceError(
            f"{place_of(path)}, {where}", got=shown(first["input"]), rule=message, cure=cure
        ) from None
    return tuple(sorted(responses.findings, key=lambda finding: (finding.day, finding.id), reverse=True))
