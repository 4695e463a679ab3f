"""How the console's pages write times and tables: as every other page does."""

from datetime import datetime

from patrolcast.report import words
from patrolcast.report.tables import label_cells


def local_time(moment: datetime, zone: str) -> str:
    """Local date and time with its zone."""
    return words.moment(moment, zone)


def with_labels(page: str) -> str:
    """A page whose tables become rows on a phone, each value under its heading."""
    return label_cells(page)
