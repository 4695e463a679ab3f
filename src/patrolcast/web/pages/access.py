"""Who may open a page: each view states its roles; whoever lacks them is refused, and that is on the trail."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from patrolcast.domain.trail.console import AccessRefused
from patrolcast.web.accounts.models import Account, trained_until
from patrolcast.web.accounts.roles import AccountRole
from patrolcast.web.city import record, today
from patrolcast.web.pages.quiz import VERSION
from patrolcast.web.pages.refusals import refusal, wants_json

View = Callable[..., HttpResponse]
EVERYONE = frozenset(AccountRole)


def account_of(request: HttpRequest) -> Account:
    """The account that is signed in; only for views that ask for one."""
    return cast(Account, request.user)


def for_roles(*roles: AccountRole, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Lets only these roles in, and only by these methods; HEAD goes where GET does."""
    allowed = frozenset(roles) or EVERYONE

    def guarded(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:  # noqa: ANN401
            if request.method not in (*methods, *(("HEAD",) if "GET" in methods else ())):
                return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            if not request.user.is_authenticated:
                if wants_json(request):
                    return refusal(request, 401, "The session has ended. What was entered is kept; sign in again.")
                return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
            if account_of(request).role not in allowed:
                return refused_access(request, view.__name__, "role")
            return view(request, *arguments, **named)

        answer.roles, answer.methods = allowed, methods  # type: ignore[attr-defined]
        return answer

    return guarded


def refused_access(request: HttpRequest, page: str, why: str, *, suggestion: str | None = None) -> HttpResponse:
    """Puts the attempt on the trail and refuses it.

    Of another district's suggestion not even that it exists is said (404).
    """
    record(AccessRefused(page, why, suggestion), account_of(request))
    if why == "district":
        return refusal(request, 404, "There is no such suggestion in the district of this account.")
    reasons = {
        "role": "This page is for another role. The attempt is on record.",
        "training": "The right to review has ended. Take the short training again, then come back.",
    }
    return refusal(request, 403, reasons.get(why, "This account may not do that. The attempt is on record."))


def may_review(account: Account) -> bool:
    """True while the account's training holds."""
    until = trained_until(account, VERSION)
    return until is not None and today() <= until
