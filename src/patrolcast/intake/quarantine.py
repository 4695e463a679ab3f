"""The quarantine: every refused row with its file, line, column, rule, and the value it was refused for."""

import numpy as np
import pandas as pd

from patrolcast.domain.errors import shown
from patrolcast.intake.coordinates import NO_NUMBER, RULES
from patrolcast.intake.moments import UNREADABLE_CLOCK, UNREADABLE_TIME
from patrolcast.intake.persons import code_as_shown, quoted, value_as_shown
from patrolcast.intake.raw_rows import NUMBER_ROLES, RawTable
from patrolcast.intake.row_status import RowStatus
from patrolcast.intake.times import NOT_A_TIME
from patrolcast.numerics.arrays import IntArray


def refused_rows(raw: RawTable, status: RowStatus, headers: dict[str, str]) -> pd.DataFrame:
    """Refused rows: ``file`` (number), ``line`` (record number), ``column``, ``rule``, ``value`` (escaped, cut).

    Parameters
    ----------
    headers : role -> name of its column in the export.
    """
    rows, columns, rules, values = [np.array([], dtype=np.int64)], list[str](), list[str](), list[str]()
    for code, reason in enumerate(status.reasons, start=1):
        if reason.kind != "refused":
            continue
        rows.append(np.flatnonzero(status.code == code))
        roles, stated = _roles_and_values(raw, rows[-1], reason.text, reason.role)
        columns += [headers.get(role, role) for role in roles]
        rules += [reason.text] * len(roles)
        values += stated
    at = np.concatenate(rows)
    table = pd.DataFrame({"file": raw.file[at].astype(np.int64), "line": raw.record[at].astype(np.int64)})
    texts = {"column": columns, "rule": rules, "value": values}
    return table.assign(**{name: pd.Series(column, dtype="str") for name, column in texts.items()})


def _roles_and_values(raw: RawTable, rows: IntArray, rule: str, role: str) -> tuple[list[str], list[str]]:
    """The role and the value that each refused row is refused for."""
    if rule == RULES[NO_NUMBER]:
        return _unreadable(raw, rows, NUMBER_ROLES)
    if rule in {UNREADABLE_TIME, UNREADABLE_CLOCK}:
        return _unreadable(raw, rows, (role,))
    if role in raw.times:
        micros = raw.times[role].micros[rows]
        stated = micros != NOT_A_TIME
        texts = np.full(rows.size, "", dtype=object)
        texts[stated] = [shown(str(t)) for t in np.datetime_as_string(micros[stated].view("datetime64[us]"), unit="s")]
        return [role] * rows.size, texts.tolist()
    if role in NUMBER_ROLES:
        pairs = zip(raw.longitude[rows], raw.latitude[rows], strict=True)
        return [role] * rows.size, ["" if np.isnan(x) or np.isnan(y) else f"{x:.10g} {y:.10g}" for x, y in pairs]
    column = {"offence": raw.offence, "call_source": raw.call_source}.get(role)
    if column is not None:
        codes = [quoted(code_as_shown(text)) for text in column.texts]
        return [role] * rows.size, [codes[code] for code in column.codes[rows]]
    return [role] * rows.size, [""] * rows.size


def _unreadable(raw: RawTable, rows: IntArray, roles: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """For each row the first of ``roles`` that could not be read, and the text that stands there."""
    fields: dict[int, tuple[str, str]] = {}
    wanted = set(rows.tolist())
    for role in reversed(roles):
        at, texts = raw.unreadable.get(role, (np.array([], dtype=np.int64), []))
        fields |= {row: (role, text) for row, text in zip(at.tolist(), texts, strict=True) if row in wanted}
    chosen = [fields.get(row, (roles[0], "")) for row in rows.tolist()]
    return [role for role, _ in chosen], [quoted(value_as_shown(text)) for _, text in chosen]
