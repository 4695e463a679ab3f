"""What is published and what was refused last, as sentences: the first thing that the site says."""

from collections.abc import Sequence
from datetime import datetime

from patrolcast.report import words
from patrolcast.report.index.verdict_lines import check_name
from patrolcast.report.site.values import IN_FORCE, CitySite


def city_sentence(city: CitySite) -> str:
    """Of one city."""
    return f"{_published(city)}; {_refused(city)}."


def site_sentence(cities: Sequence[CitySite]) -> str:
    """Of all cities; of one it is the city's own, with its name."""
    sentences = [f"{city.title}: {city_sentence(city)[:1].lower()}{city_sentence(city)[1:]}" for city in cities]
    return " ".join(sentences)


def last_refused(city: CitySite) -> tuple[datetime, str] | None:
    """When something was refused last, by the moment it was for, and what; None where nothing was."""
    failed = [
        (run.as_of, f"the run of {words.moment(run.as_of, city.timezone)}, by "
         f"{words.listed(check_name(name, city.called) for name in run.stopped_by)}")
        for run in city.runs
        if run.failed and run.as_of is not None
    ]  # fmt: skip
    stopped = {run.run_id for run in city.runs if run.failed}
    starts = [
        (start.at, f"a start on {words.moment(start.at, city.timezone)}, exit code {start.exit_code}")
        for start in city.refused
        if start.run not in stopped
    ]
    return max([*failed, *starts], default=None)


def _published(city: CitySite) -> str:
    run = next((run for run in city.runs if run.state == IN_FORCE), None)
    if city.paused_since is not None:
        return (
            f"Nothing is published, since publication is paused from {words.moment(city.paused_since, city.timezone)}"
        )
    if run is None or run.as_of is None or run.manifest is None:
        return "Nothing is published"
    until = datetime.fromisoformat(str(run.manifest["expires_at"]))
    moment = words.moment(run.as_of, city.timezone)
    return f"Published is the run of {moment}, for use until {words.moment(until, city.timezone)}"


def _refused(city: CitySite) -> str:
    last = last_refused(city)
    return "nothing was refused" if last is None else f"refused last was {last[1]}"
