"""Pages that say no: what is wrong, in one line, with the status that says which kind."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from patrolcast.domain.errors import (
    ConflictError,
    DataRefusedError,
    NotAllowedError,
    PatrolcastError,
    PausedError,
    UnknownError,
    UsageError,
)

_STATUS = {
    UnknownError: 404,
    UsageError: 422,
    NotAllowedError: 403,
    ConflictError: 409,
    DataRefusedError: 409,
    PausedError: 423,
}
"""Kind of refusal -> HTTP status, the closest kind first; any other means that the console cannot do its work now."""
HEADINGS = {
    401: "Please sign in again",
    403: "Not for this account",
    404: "There is no such page",
    409: "This has changed meanwhile",
    422: "Something is missing",
    423: "Publication is paused",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "The console cannot do this now",
}


def wants_json(request: HttpRequest) -> bool:
    """True for a page's own script, which asks in JSON."""
    return request.headers.get("Accept", "") == "application/json"


def refusal(request: HttpRequest, status: int, reason: str) -> HttpResponse:
    """A page, or a JSON answer to a script, with a status and one line of reason."""
    if wants_json(request):
        return JsonResponse({"error": reason}, status=status)
    return render(
        request, "refused.html", {"heading": HEADINGS[status], "reason": reason, "status": status}, status=status
    )


def http_status(error: PatrolcastError) -> int:
    """The HTTP status of an expected refusal."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 503)


def refused_page(request: HttpRequest, error: PatrolcastError) -> HttpResponse:
    """The page of an expected refusal."""
    return refusal(request, http_status(error), str(error))


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that does not come from one of our pages, or from one that is too old."""
    return refusal(
        request, 403, "This form is too old, or came from another site. Go back, reload the page and try again."
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What no page of ours sends; without anything of the request in it."""
    return HttpResponse("This request cannot be read.", status=400, content_type="text/plain; charset=utf-8")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Refused without a closer reason."""
    return refusal(request, 403, "This account may not do that.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page, or nothing that this account may know of."""
    return refusal(request, 404, "Check the address, or start from the first page.")


def defect_page(request: HttpRequest) -> HttpResponse:
    """A defect of ours: it says nothing of what was being done."""
    text = "Something went wrong in the console, and nothing was recorded. Tell whoever runs it."
    return HttpResponse(text, status=500, content_type="text/plain; charset=utf-8")
