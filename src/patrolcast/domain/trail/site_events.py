"""The event of the public audit site."""

from dataclasses import dataclass

from patrolcast.domain.trail.events import Event


@dataclass(frozen=True)
class SitePublished(Event):
    """A release of the site shows this city; ``ledger_sha256`` is of all counts that were ever shown of it."""

    name = "site.published"
    release: int
    least_count: int
    ledger_sha256: str
