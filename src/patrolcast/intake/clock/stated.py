"""What a column of times is, in all files of an export: with a zone or without, dates or times of day.

Where one file says so and another does not, nothing says how the other is meant: a local time that is taken for an
instant lies hours off, and reports of tomorrow would be known today. Such an export is refused.
"""

from dataclasses import dataclass, field

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.intake.times import ParsedTimes

_RULE = "all files of an export write a column of times alike"


@dataclass
class StatedTimes:
    """Takes the batches of one column; those without any time state nothing.

    Attributes
    ----------
    is_instant : its times have a zone.
    only_dates : none of them has a time of day.
    """

    is_instant: bool = False
    only_dates: bool = False
    _of_zone: str | None = field(default=None, init=False)
    """The file that said first whether there is a zone; below, those that first had dates, and times of day."""
    _of_dates: str | None = field(default=None, init=False)
    _of_clocks: str | None = field(default=None, init=False)

    def take(self, times: ParsedTimes, *, file: str, header: str) -> None:
        """One batch of ``file``, whose column is called ``header``.

        Raises DataRefusedError: an earlier file has them with a zone and this one without, or dates and times of day.
        """
        if times.missing.all():
            return
        if self._of_zone is None:
            self._of_zone, self.is_instant, self.only_dates = file, times.is_instant, True
        elif times.is_instant != self.is_instant:
            zone = ("without a zone", "with a zone")
            got = f"times {zone[times.is_instant]}, and {self._of_zone} has them {zone[self.is_instant]}"
            _refuse(file, header, got, "export them anew, all with a zone or all without")
        self.only_dates &= times.only_dates
        if times.is_date:
            self._of_dates = self._of_dates or file
        elif not times.only_dates:
            self._of_clocks = self._of_clocks or file
        if self._of_dates is not None and self._of_clocks is not None:
            got = f"dates, and {self._of_clocks} has times of day"
            if not times.is_date:
                got = f"times of day, and {self._of_dates} has dates"
            _refuse(file, header, got, "export them anew, all with the time of day or all without")


def _refuse(file: str, header: str, got: str, cure: str) -> None:
    raise DataRefusedError(f"{file} column {shown(header)}", got=got, rule=_RULE, cure=cure)
