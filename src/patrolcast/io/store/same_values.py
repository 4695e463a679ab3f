"""Two documents compared value by value: where they first differ, in one line."""

import math

from patrolcast.domain.errors import shown

RELATIVE, ABSOLUTE = 1e-6, 1e-12
"""What another processor may round otherwise; the stored digits are fewer."""


def difference(stored: object, computed: object, at: str = "") -> str:
    """Where two JSON values first differ, and how; an empty text when they are the same but for rounding.

    >>> difference({"a": [1.0, 2]}, {"a": [1.0 + 1e-9, 3]})
    'a[1]: 2, now 3'
    """
    if isinstance(stored, dict) and isinstance(computed, dict):
        for key in sorted(stored.keys() | computed.keys()):
            place = f"{at}.{key}" if at else str(key)
            if key not in stored or key not in computed:
                was, now = ("missing", "there") if key not in stored else ("there", "missing")
                return f"{place}: {was}, now {now}"
            if differing := difference(stored[key], computed[key], place):
                return differing
        return ""
    if isinstance(stored, (list, tuple)) and isinstance(computed, (list, tuple)):
        if len(stored) != len(computed):
            return f"{at}: {len(stored)} entries, now {len(computed)}"
        pairs = enumerate(zip(stored, computed, strict=True))
        return next(filter(None, (difference(a, b, f"{at}[{i}]") for i, (a, b) in pairs)), "")
    if _is_number(stored) and _is_number(computed):
        same = math.isclose(stored, computed, rel_tol=RELATIVE, abs_tol=ABSOLUTE)  # type: ignore[arg-type]
    else:
        same = type(stored) is type(computed) and stored == computed
    return "" if same else f"{at}: {_word(stored)}, now {_word(computed)}"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _word(value: object) -> str:
    return f"{value:g}" if _is_number(value) else shown(value) if isinstance(value, str) else shown(value)[1:-1]
