"""[site]: what the public audit site shows of counts."""

from pydantic import Field

from patrolcast.domain.settings.base import Section


class Site(Section):
    """[site]: the public audit site of `patrolcast publish-site` (docs/site.md)."""

    least_count: int = Field(
        5,
        ge=3,
        le=1000,
        description="a count below it is withheld on the public site, 0 too, and so is what would give it away; tables "
        "that were shown before stay as they were",
    )
    months: int = Field(
        12, ge=0, le=60, description="whole months of reports that a first release shows; 0: no counts of reports"
    )
