"""The analyst's pages: runs and their checks, checks over time, two nights compared, the pages of tests."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from patrolcast.domain.trail.console import Exported
from patrolcast.runs.console.files import files_of_run, page_of_test, run_file, stored_tests
from patrolcast.runs.console.history import check_history, listed_runs, one_run, two_nights
from patrolcast.web.accounts.roles import AccountRole
from patrolcast.web.city import record, the_city, tonight
from patrolcast.web.pages.access import account_of, for_roles

READERS = (AccountRole.ANALYST, AccountRole.AUDITOR, AccountRole.CHIEF)
_TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "geojson": "application/geo+json",
}
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')


@for_roles(*READERS)
def runs(request: HttpRequest) -> HttpResponse:
    """The newest runs and what became of them."""
    return render(request, "runs.html", {"runs": listed_runs(the_city(), tonight())})


@for_roles(*READERS)
def run(request: HttpRequest, run_id: str) -> HttpResponse:
    """One run: its checks, its pages, its files."""
    row, files = one_run(the_city(), run_id, tonight()), files_of_run(the_city(), run_id)
    pages = {file: name for file, name in files.items() if file.endswith((".html", ".pdf"))}
    data = {file: name for file, name in files.items() if file not in pages}
    return render(request, "run.html", {"run": row, "pages": pages, "data": data})


@for_roles(*READERS)
def checks(request: HttpRequest) -> HttpResponse:
    """How each check went over the newest nights."""
    nights, rows = check_history(listed_runs(the_city(), tonight()))
    return render(request, "checks.html", {"nights": nights, "rows": rows})


@for_roles(AccountRole.ANALYST)
def nights(request: HttpRequest) -> HttpResponse:
    """Two nights side by side: which places came and which went, and why."""
    known = [row for row in listed_runs(the_city(), tonight()) if row.checks]
    newer = request.GET.get("newer") or (known[0].run_id if known else "")
    older = request.GET.get("older") or (known[1].run_id if len(known) > 1 else "")
    changes = two_nights(the_city(), newer, older) if newer and older else []
    context = {"known": known, "newer": newer, "older": older, "changes": changes, "compared": bool(newer and older)}
    return render(request, "nights.html", context)


@for_roles(*READERS)
def tests(request: HttpRequest) -> HttpResponse:
    """The pages of the city's stored tests."""
    return render(request, "tests.html", {"tests": stored_tests(the_city())})


@for_roles(*READERS)
def file(request: HttpRequest, run_id: str, name: str) -> HttpResponse:
    """A page or file of a run, as it was made; a file that leaves the console leaves its entry on the trail."""
    data = run_file(the_city(), run_id, name)
    if not name.endswith((".html", ".pdf")):
        record(Exported(name, run_id), account_of(request))
    return handed_out(data, name)


@for_roles(*READERS)
def test(request: HttpRequest, name: str) -> HttpResponse:
    """A page of a stored test."""
    return handed_out(page_of_test(the_city(), name), name)


def handed_out(data: bytes, name: str) -> HttpResponse:
    """A stored file. A page keeps the policy that it carries: its own style and script by hash, nothing else."""
    ending = name.rpartition(".")[2]
    answer = HttpResponse(data, content_type=_TYPES[ending])
    if ending == "html":
        match = _POLICY.search(data)
        policy = match[1].decode("ascii").replace("&#39;", "'") if match else "default-src 'none'"
        answer.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"
    elif ending != "pdf":
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
