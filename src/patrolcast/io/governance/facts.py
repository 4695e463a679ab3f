"""`governance/CITY/*.toml` read against their forms, and written as templates."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from patrolcast.domain.errors import GovernanceError, shown
from patrolcast.domain.governance.facts import Legal, Organisation, Oversight, Purpose
from patrolcast.domain.governance.hazards import HAZARDS
from patrolcast.domain.governance.year import Community, Risks, WantedRecords, Year

FORMS: dict[str, type[BaseModel]] = {
    "organisation": Organisation,
    "legal": Legal,
    "purpose": Purpose,
    "oversight": Oversight,
    "community": Community,
    "year": Year,
    "risks": Risks,
    "records": WantedRecords,
}
"""Name of a file, without ending -> its form."""
_UNSAID = (
    (
        re.compile(
            r"\A\W*(?:see|cf|refer to|as (?:stated|described|noted|mentioned|written|above|below)|same as|ditto)\b",
            re.I,
        ),
        "points elsewhere; a record is read alone",
    ),
    (re.compile(r"\blarkfield\b", re.I), "is the example of the template"),
    (
        re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"),
        "holds a character that nobody sees",
    ),
)
"""What passes for a text and says nothing, or something else than is seen -> why it is refused."""


def read_facts(folder: Path, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the department states, by name of the file.

    Raises GovernanceError: a file or a key of it is missing, a placeholder, or not of its form; with an example.
    """
    facts = {name: _read(folder / f"{name}.toml", FORMS[name]) for name in names}
    if "risks" in facts:
        _require_all_hazards(folder / "risks.toml", facts["risks"])
    return facts


def place_of(path: Path) -> str:
    """A file of governance as messages name it.

    >>> place_of(Path("/x/governance/sample/legal.toml"))
    'governance/sample/legal.toml'
    """
    return "/".join(path.parts[-3:])


def facts_template(name: str) -> str:
    """A file to fill in: each key explained, with an example behind it, and a placeholder that is refused.

    >>> print(facts_template("organisation").splitlines()[2])
    name = "TODO"  # the agency that uses the tool; e.g. "Larkfield Police Department"
    """
    head = "# Facts that only the department knows. A line that still says TODO is refused (exit 11).\n\n"
    return head + _template_of(FORMS[name])


def _template_of(form: type[BaseModel]) -> str:
    lines = []
    for key, field in form.model_fields.items():
        inner = _inner(field)
        if inner is not None:
            rows = [hazard.key for hazard in HAZARDS] if key == "risks" else [""]
            for row in rows:
                text = _template_of(inner)
                lines.append(f"\n[[{key}]]\n" + (text.replace('"TODO"', f'"{row}"', 1) if row else text).rstrip())
            continue
        example = _example(field)
        if isinstance(field.examples, list) and isinstance(field.examples[0], str):
            lines.append(f'{key} = "TODO"  # {field.description}; e.g. {example}')
        else:
            lines.append(f"# {key} =  # {field.description}; e.g. {example}")
    return "\n".join(lines) + "\n"


def _inner(field: FieldInfo) -> type[BaseModel] | None:
    """The form of the rows where a key holds a list of tables."""
    inner = next(iter(get_args(field.annotation)), None)
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _example(field: FieldInfo) -> str:
    return json.dumps((field.examples or [""])[0], ensure_ascii=False)


def _read(path: Path, form: type[BaseModel]) -> dict[str, Any]:
    place = place_of(path)
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        key, field = next(iter(form.model_fields.items()))
        raise GovernanceError(
            place, got="no such file", rule="only the department knows what it holds", cure=_cure(key, field, form)
        ) from None
    except (ValueError, OSError) as error:
        cure = "see `patrolcast governance init`"
        raise GovernanceError(place, got=shown(str(error)), rule="must be TOML, UTF-8", cure=cure) from None
    try:
        form.model_validate(raw)
    except ValidationError as error:
        raise _complaint(place, form, error) from None
    _require_said(place, raw)
    return raw


def _require_said(place: str, value: Any, at: str = "") -> None:  # noqa: ANN401
    """Raises GovernanceError: a text points elsewhere, is the example, or holds what nobody sees."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value, 1):
            _require_said(place, inner, f"{at}.{key}".lstrip("."))
    elif isinstance(value, str):
        rule = next((rule for wrong, rule in _UNSAID if wrong.search(value)), None)
        if rule is not None:
            raise GovernanceError(f"{place}, {at}", got=shown(value), rule=rule, cure="write what holds here, in full")


def _complaint(place: str, form: type[BaseModel], error: ValidationError) -> GovernanceError:
    """The first thing that is wrong, in one line with its example."""
    first = error.errors(include_url=False)[0]
    holder, key, field = form, "", None
    for step in first["loc"]:
        if isinstance(step, str) and step in holder.model_fields:
            key, field = step, holder.model_fields[step]
            holder = _inner(field) or holder
    where = ".".join(str(step + 1 if isinstance(step, int) else step) for step in first["loc"])
    missing = first["type"] == "missing"
    got = "nothing" if missing else shown(first["input"])
    rule = (field.description if field is not None else None) if missing else first["msg"].removeprefix("Value error, ")
    cure = _cure(key, field, form) if field is not None else f"its keys are {', '.join(form.model_fields)}"
    return GovernanceError(f"{place}, {where}" if where else place, got=got, rule=rule, cure=cure)


def _cure(key: str, field: FieldInfo, form: type[BaseModel]) -> str:
    inner = _inner(field)
    if inner is not None:
        key, field = next(iter(inner.model_fields.items()))
    del form
    return f"write e.g. {key} = {_example(field)}; `patrolcast governance init` writes an explained file"


def _require_all_hazards(path: Path, stated: Mapping[str, Any]) -> None:
    place = place_of(path)
    rated = [row["hazard"] for row in stated["risks"]]
    known = [hazard.key for hazard in HAZARDS]
    for key in known:
        if rated.count(key) != 1:
            got = f"{rated.count(key)} ratings of {key}"
            raise GovernanceError(
                place, got=got, rule="every hazard is rated once", cure=f'add [[risks]] hazard = "{key}"'
            )
    strange = next((key for key in rated if key not in known), None)
    if strange is not None:
        rule = f"the hazards are {', '.join(known)}"
        raise GovernanceError(place, got=shown(strange), rule=rule, cure="propose another hazard to the project")
