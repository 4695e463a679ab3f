"""The auditor's pages: the trail with its verification, to read and to take away."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from patrolcast.domain.trail.console import Exported
from patrolcast.runs.console.follow import Followed, follow_csv, followed
from patrolcast.runs.trail.entries import Wanted, rows_as_text, wanted_rows
from patrolcast.runs.trail.verify import verified_lines, verify_city_trail
from patrolcast.web.accounts.roles import AccountRole
from patrolcast.web.city import now, options, record, the_city, with_review
from patrolcast.web.pages.access import account_of, for_roles

MOST_ENTRIES = 200


@for_roles(AccountRole.AUDITOR)
def trail(request: HttpRequest) -> HttpResponse:
    """The newest entries that fit what is looked for, and whether the trail still is what was written."""
    city_trail = the_city().trail
    verified = verify_city_trail(city_trail)
    wanted = wanted_entries(request)
    rows: list[dict[str, str]] = [] if verified.faults else list(wanted_rows(city_trail.folder, wanted))
    context: dict[str, Any] = {
        "rows": [{**row, "pairs": body_pairs(row["body"])} for row in rows[: -MOST_ENTRIES - 1 : -1]],
        "n": len(rows),
        "most": MOST_ENTRIES,
        "whole": not verified.faults,
        "findings": verified_lines(city_trail.city, verified),
        "wanted": wanted,
        "query": request.GET.urlencode(),
    }
    return render(request, "trail.html", context)


@for_roles(AccountRole.AUDITOR, methods=("POST",))
def trail_csv(request: HttpRequest) -> HttpResponse:
    """The same entries as a file for a spreadsheet; that it was taken is an entry of its own."""
    record(Exported("trail.csv"), account_of(request))
    rows = list(wanted_rows(the_city().trail.folder, wanted_entries(request)))
    answer = HttpResponse(rows_as_text(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="trail.csv"'
    return answer


def body_pairs(body: str) -> list[tuple[str, str]]:
    """The body of an entry as names and values.

    >>> body_pairs('{"exit_code": 20, "gates": {"skill": "pass"}, "former": null}')
    [('exit code', '20'), ('gates', 'skill pass')]
    >>> body_pairs('{"changes": [{"key": "role", "was": null, "is": "officer"}]}')
    [('changes', 'role from none to officer')]
    """
    return [
        (name.replace("_", " "), words) for name, value in json.loads(body).items() if (words := _value_words(value))
    ]


def _value_words(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict) and set(value) == {"key", "was", "is"}:
        return f"{value['key']} from {_value_words(value['was']) or 'none'} to {_value_words(value['is']) or 'none'}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value_words(part)}" for name, part in value.items())
    if isinstance(value, list):
        return "; ".join(_value_words(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def wanted_entries(request: HttpRequest) -> Wanted:
    """What the form looks for; an empty field means anything."""
    fields = {name: request.GET.get(name, "").strip()[:100] or None for name in ("run", "cell", "person", "event")}
    return Wanted(**fields)


@for_roles(AccountRole.AUDITOR, AccountRole.CHIEF)
def follow(request: HttpRequest) -> HttpResponse:
    """How far suggestions were followed, by district and shift, and why not."""
    console_options = options()
    return render(
        request,
        "follow.html",
        {"followed": _followed(), "options": console_options, "percent": round(console_options.accept_share * 100)},
    )


@for_roles(AccountRole.AUDITOR, methods=("POST",))
def follow_file(request: HttpRequest) -> HttpResponse:
    """The same rates for a spreadsheet; that they were taken is on the trail."""
    record(Exported("follow.csv"), account_of(request))
    answer = HttpResponse(follow_csv(_followed().rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="follow.csv"'
    return answer


def _followed() -> Followed:
    console_options = options()
    return with_review(
        lambda review: followed(
            the_city(),
            review,
            now=now(),
            smallest=console_options.smallest_group,
            accept_share=console_options.accept_share,
            accept_shifts=console_options.accept_shifts,
        )
    )
