"""The feed checks of a night: looked at when the records are read, logged, noted once the night is published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from patrolcast.domain.settings import Settings
from patrolcast.io.nightly_log import NightlyLog

if TYPE_CHECKING:
    from patrolcast.runs.feed.stage import FeedLook
    from patrolcast.runs.load.city import LoadedCity


class FeedStage:
    """One night's look at its feed. A night that finds its run finished does not read, and so does not look.

    Parameters
    ----------
    runs : the city's folder of runs.
    """

    def __init__(self, settings: Settings, runs: Path, journal: NightlyLog) -> None:
        self._settings, self._runs, self._journal = settings, runs, journal
        self._look: FeedLook | None = None

    def look(self, city: LoadedCity) -> None:
        """Every check, before anything is computed.

        Raises DataRefusedError: one line with the first breach and what to ask the records unit.
        """
        from patrolcast.audit.feed.names import refuse_breaches
        from patrolcast.runs.feed.stage import look_at_feed

        with self._journal.step("feed"):
            self._look = feed_look = look_at_feed(city, self._settings, self._runs)
            if feed_look.note:
                self._journal.write("feed", "note", message=feed_look.note)
            for check in feed_look.checks:
                self._journal.write(
                    "feed", "note", check=check.name, value=check.value, threshold=check.threshold,
                    verdict=str(check.verdict), message=check.detail,
                )  # fmt: skip
            refuse_breaches(feed_look.checks)

    def accept(self, run_id: str) -> None:
        """Notes what was read, now that its run is published.

        Raises CannotWriteError, NotPermittedError: one line.
        """
        if self._look is not None:
            from patrolcast.runs.feed.stage import accept

            accept(self._runs, self._look.feed, run_id=run_id)
