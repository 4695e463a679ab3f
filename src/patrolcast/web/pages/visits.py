"""The officer's pages: what was accepted for the shift, and the visits that took place. Made for a phone."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from patrolcast.domain.errors import UsageError
from patrolcast.runs.console.answers import answers_of
from patrolcast.runs.console.night import centre
from patrolcast.web.accounts.roles import AccountRole
from patrolcast.web.city import actor_of, now, the_city, tonight, with_review
from patrolcast.web.pages.access import account_of, for_roles, refused_access
from patrolcast.web.pages.refusals import wants_json
from patrolcast.web.pages.tonight import SOURCE


@for_roles(AccountRole.OFFICER)
def visits(request: HttpRequest) -> HttpResponse:
    """Where to go this shift, each place with its coordinates, a timer and a form."""
    night, account, moment = tonight(), account_of(request), now()
    shift = night.shift_at(moment)
    if shift is None or night.state != "current":
        return render(request, "nothing.html", {"night": night})
    answers = with_review(lambda review: answers_of(the_city(), review, night.run_id, shift, now=moment))
    rows: list[dict[str, Any]] = []
    for block in shift.of_district(account.district):
        for row in block["rows"]:
            answer = answers[row["suggestion"]]
            if answer.stands:
                lat, lon = centre(answer.to_cell) if answer.to_cell else (row["latitude"], row["longitude"])
                where = {"lat": f"{lat:.5f}", "lon": f"{lon:.5f}", "heading": block["heading"]}
                rows.append({**row, **where, "answer": answer, "request": uuid.uuid4().hex})
    waiting = sum(answers[row["suggestion"]].open for b in shift.of_district(account.district) for row in b["rows"])
    context = {
        "night": night,
        "shift": shift,
        "begun": moment >= shift.start,
        "rows": rows,
        "waiting": waiting,
        "activities": the_city().settings.decisions.activities,
        "minutes": the_city().settings.patrol.visit_minutes,
    }
    return render(request, "visits.html", context)


@for_roles(AccountRole.OFFICER, methods=("POST",))
def record_visit(request: HttpRequest) -> HttpResponse:
    """One visit. Sent again with the same request, e.g. after a lost connection, it is not recorded twice."""
    form, account = request.POST, account_of(request)
    run, suggestion = form.get("run", ""), form.get("suggestion", "")
    offer = with_review(lambda review: review.offered(run).offer(suggestion))
    if not account.may_see(offer.district):
        return refused_access(request, "record_visit", "district", suggestion=suggestion)
    try:
        minutes = float(form.get("minutes", ""))
    except ValueError:
        raise UsageError("minutes", got="no number", rule="must be how long the visit took") from None
    if not form.get("request"):
        raise UsageError(
            "request", got="none", rule="a visit has one, so that it is recorded once", cure="reload the page"
        )
    taken = with_review(
        lambda review: review.deliver(
            run,
            suggestion,
            visits=1,
            minutes=minutes,
            activity=form.get("activity", ""),
            note=form.get("note", ""),
            actor=actor_of(account),
            now=now(),
            source=SOURCE,
            request=form["request"],
        )
    )
    if wants_json(request):
        return JsonResponse({"recorded": True, "repeated": taken.repeated})
    messages.success(request, "The visit is recorded.")
    return redirect("visits")
