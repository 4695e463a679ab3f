"""The supervisor's pages: the shift's suggestions, the answers to them, and what the next shift takes over."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from patrolcast.domain.errors import ConflictError, UsageError, shown
from patrolcast.domain.trail.console import NoticeAcknowledged
from patrolcast.runs.console.answers import ACCEPTED, AMENDED, DECLINED, Change, answers_of, choices_of, places
from patrolcast.runs.console.night import PublishedNight, Shift, briefing_map
from patrolcast.runs.review.review import Review
from patrolcast.web.accounts.models import Account, Acknowledgement, has_acknowledged
from patrolcast.web.accounts.roles import AccountRole
from patrolcast.web.city import actor_of, later, now, record, the_city, tonight, with_review
from patrolcast.web.pages.access import account_of, for_roles, may_review, refused_access

LABELS = {ACCEPTED: "Accept", AMENDED: "Amend", DECLINED: "Decline"}
SOURCE = "console"


@for_roles(AccountRole.SUPERVISOR)
def tonight_page(request: HttpRequest) -> HttpResponse:
    """The running shift, else the next one, of the account's district: list and map side by side."""
    night, account = tonight(), account_of(request)
    shift = _chosen_shift(request, night)
    if shift is None or night.state != "current":
        return render(request, "nothing.html", {"night": night})
    return render(request, "tonight.html", shift_context(account, night, shift))


def _chosen_shift(request: HttpRequest, night: PublishedNight) -> Shift | None:
    moment = now()
    index = request.GET.get("shift", "")
    chosen = next((shift for shift in night.shifts if str(shift.index) == index and moment < shift.end), None)
    return chosen or night.shift_at(moment)


def shift_context(account: Account, night: PublishedNight, shift: Shift) -> dict[str, Any]:
    """What the page of a shift shows: its blocks with what stands of each row, and what may be answered."""
    city, moment = the_city(), now()
    read = has_acknowledged(account, night.run_id, shift.start)
    may = may_review(account)
    named = places(city, night.run_id)

    def open_blocks(review: Review) -> list[dict[str, Any]]:
        answers = answers_of(city, review, night.run_id, shift, now=moment)
        blocks = []
        for block in shift.of_district(account.district):
            rows = []
            for row in block["rows"]:
                answer = answers[row["suggestion"]]
                choices = (
                    choices_of(city, review, night.run_id, row["suggestion"], named, now=moment)
                    if answer.open and read and may
                    else None
                )
                rows.append({**row, "answer": answer, "choices": choices, "request": uuid.uuid4().hex})
            blocks.append(
                {**block, "rows": rows, "areas": _open_areas(rows), "n_open": sum(r["answer"].open for r in rows)}
            )
        return blocks

    blocks = with_review(open_blocks)
    decisions = city.settings.decisions
    return {
        "night": night,
        "shift": shift,
        "others": [other for other in night.shifts if moment < other.end and other != shift],
        "blocks": blocks,
        "n_open": sum(block["n_open"] for block in blocks),
        "read": read,
        "may": may,
        "map": _map(night, shift),
        "answers": [
            (ACCEPTED, LABELS[ACCEPTED], decisions.accept),
            (AMENDED, LABELS[AMENDED], decisions.amend),
            (DECLINED, LABELS[DECLINED], decisions.decline),
        ],
        "note_needed": [name.replace("_", " ") for name in decisions.note_needed],
    }


def _open_areas(rows: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    """Areas of several unanswered places: name, how many, a new request."""
    names = list(dict.fromkeys(row["area"] for row in rows))
    counted = {name: sum(row["area"] == name and row["answer"].open for row in rows) for name in names}
    return [(name, n, uuid.uuid4().hex) for name, n in counted.items() if n > 1]


def _map(night: PublishedNight, shift: Shift) -> dict[str, Any]:
    """The briefing's map with this shift alone, its times by the reader's own clock."""
    data = briefing_map(the_city(), night.run_id, later_seconds=later().total_seconds())
    return {**data, "shifts": [data["shifts"][_place_on_map(data, shift)]]}


def _place_on_map(data: Mapping[str, Any], shift: Shift) -> int:
    starts = [drawn["start"] for drawn in data["shifts"]]
    return starts.index(shift.start.timestamp() + later().total_seconds())


@for_roles(AccountRole.SUPERVISOR, methods=("POST",))
def acknowledge(request: HttpRequest) -> HttpResponse:
    """The advisory statement was read for this shift."""
    night = tonight()
    shift = next((shift for shift in night.shifts if str(shift.index) == request.POST.get("shift")), None)
    if shift is None or request.POST.get("run") != night.run_id:
        raise ConflictError(
            "this shift", why="withdrawn", got="another run", rule="must be published", cure="reload the page"
        )
    account = account_of(request)
    if not has_acknowledged(account, night.run_id, shift.start):
        record(NoticeAcknowledged(night.run_id, shift.start.isoformat()), account)
        Acknowledgement.objects.get_or_create(account=account, run=night.run_id, shift_start=shift.start)
    return redirect(f"{reverse('tonight')}?shift={shift.index}")


@for_roles(AccountRole.SUPERVISOR, methods=("POST",))
def answer(request: HttpRequest) -> HttpResponse:
    """One answer to one suggestion."""
    form = request.POST
    run, suggestion = form.get("run", ""), form.get("suggestion", "")
    if (refused := _refused(request, run, suggestion)) is not None:
        return refused
    taken = _decided(account_of(request), form, run, suggestion, request_id=form.get("request", ""))
    label = LABELS.get(form.get("answer", ""), "Answer")
    messages.success(request, f"{label}: recorded as entry {taken} of the audit trail.")
    return redirect(f"{reverse('tonight')}?shift={form.get('shift', '')}#s-{suggestion}")


@for_roles(AccountRole.SUPERVISOR, methods=("POST",))
def answer_area(request: HttpRequest) -> HttpResponse:
    """The same answer to every open suggestion of an area; what was refused is said, the others hold."""
    form, account, night = request.POST, account_of(request), tonight()
    shift = next((shift for shift in night.shifts if str(shift.index) == form.get("shift")), None)
    blocks = () if shift is None or form.get("run") != night.run_id else shift.of_district(account.district)
    rows = [row for block in blocks for row in block["rows"] if row["area"] == form.get("area")]
    if not rows or form.get("answer") not in (ACCEPTED, DECLINED):
        raise UsageError("area", got=shown(form.get("area", "")), rule="must be an area of this shift and district")
    if (refused := _refused(request, night.run_id, rows[0]["suggestion"])) is not None:
        return refused
    n, failed = 0, list[str]()
    for i, row in enumerate(rows):
        try:
            request_id = f"{form.get('request', '')[:56]}-{i}" if form.get("request") else ""
            _decided(account, form, night.run_id, row["suggestion"], request_id=request_id)
            n += 1
        except ConflictError as error:
            if error.why != "decided":
                failed.append(f"{row['name'] or row['place']}: {error}")
    messages.success(request, f"{LABELS[form['answer']]}: {n} of area {form['area']} recorded.")
    for line in failed:
        messages.error(request, line)
    return redirect(f"{reverse('tonight')}?shift={form.get('shift', '')}")


def _refused(request: HttpRequest, run: str, suggestion: str) -> HttpResponse | None:
    """Refuses another district's suggestion, a lapsed training, and a shift whose statement was not read."""
    account = account_of(request)
    offer = with_review(lambda review: review.offered(run).offer(suggestion))
    if not account.may_see(offer.district):
        return refused_access(request, "answer", "district", suggestion=suggestion)
    if not may_review(account):
        return refused_access(request, "answer", "training", suggestion=suggestion)
    if not has_acknowledged(account, run, offer.shift_start):
        rule, cure = "what a suggestion is must be read once a shift", "go back and confirm it"
        raise UsageError("the advisory statement", got="not confirmed", rule=rule, cure=cure)
    return None


def _decided(account: Account, form: Mapping[str, str], run: str, suggestion: str, *, request_id: str) -> int:
    """Takes the answer; the number of its entry."""
    decision = form.get("answer", "")
    taken = with_review(
        lambda review: review.decide(
            run,
            suggestion,
            answer=decision,
            reason_code=form.get("reason", ""),
            note=form.get("note", ""),
            actor=actor_of(account),
            change=_change(form) if decision == AMENDED else None,
            now=now(),
            source=SOURCE,
            request=request_id,
        )
    )
    return taken.entry.seq


def _change(form: Mapping[str, str]) -> Change:
    """What the form changes; a field that was left as it is changes nothing.

    Raises UsageError: no number of minutes, or no time.
    """
    try:
        minutes = float(form["minutes"]) if form.get("minutes") else None
        start = datetime.fromisoformat(form["not_before"]) if form.get("not_before") else None
    except ValueError:
        raise UsageError("amendment", got="no number or time", rule="minutes are a number, a start is a time") from None
    return Change(minutes=minutes, cell=form.get("cell") or None, not_before=start)


@for_roles(AccountRole.SUPERVISOR)
def handover(request: HttpRequest) -> HttpResponse:
    """What this shift leaves to the next: what stands, what is open, and what comes."""
    night, account = tonight(), account_of(request)
    shift = night.shift_at(now())
    if shift is None or night.state != "current":
        return render(request, "nothing.html", {"night": night})
    answers = with_review(lambda review: answers_of(the_city(), review, night.run_id, shift, now=now()))
    blocks = [
        {**block, "rows": [{**row, "answer": answers[row["suggestion"]]} for row in block["rows"]]}
        for block in shift.of_district(account.district)
    ]
    coming = night.shift_after(shift)
    context = {
        "night": night,
        "shift": shift,
        "blocks": blocks,
        "open": sum(row["answer"].open for block in blocks for row in block["rows"]),
        "coming": coming,
        "coming_blocks": () if coming is None else coming.of_district(account.district),
    }
    return render(request, "handover.html", context)
