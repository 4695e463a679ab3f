"""Counts with their nouns, and lists of names, as sentences for people have them."""

from collections.abc import Sequence

from patrolcast.domain.errors import shown


def counted(n: int, singular: str, several: str | None = None) -> str:
    """A count with its noun, and with the verb where it goes with it.

    >>> counted(1, "row"), counted(1200, "row"), counted(0, "category", "categories")
    ('1 row', '1,200 rows', '0 categories')
    >>> counted(1, "incident has", "incidents have")
    '1 incident has'
    """
    return f"{n:,} {singular if n == 1 else several or singular + 's'}"


def names_shown(names: Sequence[str], most: int = 8) -> str:
    """Names in quotes, the first ``most`` of them, and how many more there are.

    >>> names_shown(["a", "b", "c"], most=2)
    "'a', 'b' and 1 more"
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(shown, names[:most])) + more
