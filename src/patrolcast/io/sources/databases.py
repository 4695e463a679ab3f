"""The way to databases, which nothing imports before a config names one: what they need is an extra of this package."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from patrolcast.domain.errors import ConfigError

QUERY = ".sql"
"""Ending of a file that holds a query in the place of a layer (`io.databases.layers`)."""


def is_query(path: Path) -> bool:
    """True for a file that holds a query: what it stands for lies in a database."""
    return path.suffix.lower() == QUERY


@contextmanager
def database_extra(what: str) -> Iterator[None]:
    """Around the import of `io.databases`.

    Raises ConfigError: SQLAlchemy is not installed; ``what`` names the key or file that needs it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        rule, cure = "databases are an extra", "make databases, or pip install 'patrolcast[postgresql]'"
        raise ConfigError(what, got=f"no {error.name} in this environment", rule=rule, cure=cure) from None
