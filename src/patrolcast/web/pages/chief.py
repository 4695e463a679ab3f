"""The chief's pages: what is published, on which waivers it stands, and what is open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from patrolcast.runs.console.files import files_of_run
from patrolcast.runs.console.history import one_run
from patrolcast.runs.console.standing import open_findings, waiver_rows
from patrolcast.web.accounts.roles import Role
from patrolcast.web.city import now, the_city, tonight
from patrolcast.web.pages.access import for_roles


@for_roles(Role.CHIEF)
def published(request: HttpRequest) -> HttpResponse:
    """What is published, until when, and what its checks said."""
    night = tonight()
    run = one_run(the_city(), night.run_id) if night.run_id else None
    n = sum(len(block["rows"]) for shift in night.shifts for block in shift.districts)
    context = {
        "night": night,
        "run": run,
        "n": n,
        "files": files_of_run(the_city(), night.run_id) if night.run_id else {},
        "open": open_findings(the_city(), now=now()),
    }
    return render(request, "published.html", context)


@for_roles(Role.CHIEF, Role.AUDITOR)
def waivers(request: HttpRequest) -> HttpResponse:
    """Every written exception of the config: what of, whose, until when, why."""
    return render(request, "waivers.html", {"waivers": waiver_rows(the_city(), now=now())})
