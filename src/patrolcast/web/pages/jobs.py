"""The analyst's work in the background: what can be started, how a job gets on, and whether the feed is well."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patrolcast.domain.trail.console import JobStarted, JobStopped
from patrolcast.runs.console.feed_health import feed_health
from patrolcast.runs.console.jobs import (
    COMPARISON,
    FEED,
    FORECAST,
    KINDS,
    TRIAL,
    ask_to_stop,
    listed_jobs,
    one_job,
    start,
    variants_of,
)
from patrolcast.web.accounts.roles import AccountRole
from patrolcast.web.city import now, options, record, the_city
from patrolcast.web.pages.access import account_of, for_roles
from patrolcast.web.state import DATABASE_VARIABLE


@for_roles(AccountRole.ANALYST)
def jobs(request: HttpRequest) -> HttpResponse:
    """What can be started, and what was."""
    known = listed_jobs(the_city(), now=now())
    context = {
        "jobs": known,
        "at_work": next((job for job in known if job.at_work), None),
        "forecasts": {kind: KINDS[kind] for kind in (TRIAL, FORECAST)},
        "comparison": (COMPARISON, KINDS[COMPARISON]),
        "variants": list(variants_of(the_city())),
    }
    return render(request, "jobs.html", context)


@for_roles(AccountRole.ANALYST)
def job(request: HttpRequest, job_id: str) -> HttpResponse:
    """How one gets on, or how it ended, with its last lines."""
    return render(request, "job.html", {"job": one_job(the_city(), job_id, now=now())})


@for_roles(AccountRole.ANALYST, methods=("POST",))
def start_now(request: HttpRequest) -> HttpResponse:
    """Starts a verb in the background; who did is on the trail before it is."""
    account, kind, directory = account_of(request), request.POST.get("kind", ""), options().directory
    started = start(
        the_city(),
        kind,
        variants=request.POST.getlist("variant"),
        by=account.username,
        now=now(),
        record=lambda name, arguments: record(JobStarted(name, kind, arguments), account),
        without=(DATABASE_VARIABLE, *([directory.client_secret_env] if directory else [])),
    )
    messages.success(request, "Started. It goes on when you leave this page.")
    return redirect("feed") if kind == FEED else redirect("job", started)


@for_roles(AccountRole.ANALYST, methods=("POST",))
def stop_now(request: HttpRequest, job_id: str) -> HttpResponse:
    """Asks a job to end before it is done."""
    ask_to_stop(the_city(), job_id, now=now(), record=lambda: record(JobStopped(job_id), account_of(request)))
    messages.success(request, "It was asked to end, and ends within half a minute.")
    return redirect("job", job_id)


@for_roles(AccountRole.ANALYST)
def feed(request: HttpRequest) -> HttpResponse:
    """What the newest look at the feed found, and when that was."""
    health, newest = feed_health(the_city(), now=now())
    return render(request, "feed.html", {"health": health, "newest": newest, "kind": FEED})
