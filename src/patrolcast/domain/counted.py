"""Counts with their nouns, as sentences for people have them."""


def counted(n: int, one: str, several: str | None = None) -> str:
    """A count with its noun, and with the verb where it goes with it.

    >>> counted(1, "row"), counted(1200, "row"), counted(0, "category", "categories")
    ('1 row', '1,200 rows', '0 categories')
    >>> counted(1, "incident has", "incidents have")
    '1 incident has'
    """
    return f"{n:,} {one if n == 1 else several or one + 's'}"
