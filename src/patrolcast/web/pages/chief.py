"""The chief's pages: what is published, on which waivers it stands, what is open; pausing, and going on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patrolcast.runs.console.files import files_of_run
from patrolcast.runs.console.history import one_run
from patrolcast.runs.console.outcomes import latest_outcomes, outcomes_page_bytes
from patrolcast.runs.console.standing import objectives_shown, open_findings, waiver_rows
from patrolcast.runs.pause.pausing import pause, resume
from patrolcast.web.accounts.roles import AccountRole
from patrolcast.web.city import actor_of, forget_checked_night, now, standing_pause, the_city, tonight
from patrolcast.web.pages.access import account_of, for_roles
from patrolcast.web.pages.analysis import handed_out


@for_roles(AccountRole.CHIEF)
def published_page(request: HttpRequest) -> HttpResponse:
    """What is published, until when, and what its checks said."""
    night = tonight()
    run = one_run(the_city(), night.run_id, night) if night.run_id else None
    n = sum(len(block["rows"]) for shift in night.shifts for block in shift.districts)
    context = {
        "night": night,
        "run": run,
        "n": n,
        "files": files_of_run(the_city(), night.run_id) if night.run_id else {},
        "objectives": objectives_shown(the_city(), night.run_id) if night.run_id else [],
        "open": open_findings(the_city(), now=now()),
        "pause": standing_pause(),
        "asked_by_me": (stands := standing_pause()) is not None and account_of(request).username in stands.asked_to_end,
    }
    return render(request, "published.html", context)


@for_roles(AccountRole.CHIEF, AccountRole.AUDITOR)
def waivers(request: HttpRequest) -> HttpResponse:
    """Every written exception of the config: what of, whose, until when, why."""
    return render(request, "waivers.html", {"waivers": waiver_rows(the_city(), now=now())})


@for_roles(AccountRole.CHIEF, AccountRole.AUDITOR)
def outcomes_shown(request: HttpRequest) -> HttpResponse:
    """The newest report of what became of people, as the trail has it."""
    return render(request, "outcomes.html", {"outcomes": latest_outcomes(the_city())})


@for_roles(AccountRole.CHIEF, AccountRole.AUDITOR)
def outcomes_report(request: HttpRequest) -> HttpResponse:
    """The whole page of that report."""
    return handed_out(outcomes_page_bytes(the_city()), "outcomes.html")


@for_roles(AccountRole.CHIEF, methods=("POST",))
def pause_now(request: HttpRequest) -> HttpResponse:
    """Stops publication at once, with a reason that every page shows."""
    city = the_city()
    actor = actor_of(account_of(request))
    pause(city.settings, reason=request.POST.get("reason", ""), actor=actor, now=now(), runs=city.runs)
    forget_checked_night()
    messages.success(request, "Paused. Nobody is shown suggestions as current any more.")
    return redirect("published")


@for_roles(AccountRole.CHIEF, methods=("POST",))
def resume_now(request: HttpRequest) -> HttpResponse:
    """Asks to go on; the second person who does ends the pause."""
    city = the_city()
    actor = actor_of(account_of(request))
    stands = resume(city.settings, reason=request.POST.get("reason", ""), actor=actor, now=now(), runs=city.runs)
    forget_checked_night()
    text = "Publication goes on." if stands is None else "Your wish to go on is recorded. A second person must agree."
    messages.success(request, text)
    return redirect("published")
