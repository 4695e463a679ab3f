"""What stands before every page: refusals as pages, the end of a session, the second factor."""

import time
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from patrolcast.domain.errors import PatrolcastError
from patrolcast.domain.trail.console import AccessRefused
from patrolcast.runs.console.shown import with_labels
from patrolcast.web.accounts.roles import CODE_SET_UP, DIRECTORY, SINCE
from patrolcast.web.accounts.signals import gave_code
from patrolcast.web.city import options, record
from patrolcast.web.pages.access import account_of
from patrolcast.web.pages.refusals import refusal, refused_page

OPEN = ("/account/", "/static/")
"""Where a session without a second factor may still go: to set one up, and out."""
Answer = Callable[[HttpRequest], HttpResponse]


class RefusalMiddleware:
    """An expected refusal is a page that says what is wrong; its status says which kind."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """No page is kept by a browser or proxy: it may be about a shift that is over, for an account that left.

        Tables of our own pages become rows on a phone; stored pages go out as they were made.
        """
        answer = self.get_response(request)
        add_never_cache_headers(answer)
        stored = "Content-Security-Policy" in answer.headers  # of its own; ours is added on the way out
        if answer.headers.get("Content-Type", "").startswith("text/html") and not stored:
            answer.content = with_labels(answer.content.decode("utf-8"))
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an expected refusal; a defect goes on to Django's 500."""
        return refused_page(request, error) if isinstance(error, PatrolcastError) else None


class PageLimitMiddleware:
    """Somebody who asks for far more pages than a person can read is refused for a minute, and it is on the trail."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Counts pages by account, in this process."""
        if not request.user.is_authenticated or request.path.startswith("/static/"):
            return self.get_response(request)
        account = account_of(request)
        counts, name = caches["this process"], f"pages-{account.pk}-{int(time.time() // 60)}"
        counts.add(name, 0, timeout=120)
        n = counts.incr(name)
        if n <= options().pages_a_minute:
            return self.get_response(request)
        if n == options().pages_a_minute + 1:
            record(AccessRefused("every page", "too many"), account)
        return refusal(request, 429, "More pages were asked for than a person reads. Wait a minute.")


class SessionEndMiddleware:
    """A session ends after its longest time, however busy it was; after idle minutes its cookie does."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Signs out what has lasted too long."""
        since = request.session.get(SINCE)
        if request.user.is_authenticated and (
            since is None or time.time() - float(since) > options().longest_hours * 3600
        ):
            logout(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Who signed in by password alone sets up a code before anything else, where the options ask for one.

    A code is proven by a session, not by an account: one that began by password alone ends as soon as the code was set
    up in another. Else whoever knew the first password before its owner did would stay in.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Leads to the set-up, or to the sign-in."""
        wanted = request.user.is_authenticated and options().second_factor and not request.session.get(DIRECTORY)
        if not wanted or request.path.startswith("/static/"):
            return self.get_response(request)
        account = account_of(request)
        if is_mfa_enabled(account):
            if request.session.get(CODE_SET_UP) or gave_code(request, account):
                return self.get_response(request)
            logout(request)
            return redirect("account_login")
        set_up = reverse("mfa_activate_totp")
        if not request.path.startswith(OPEN):
            return redirect(set_up)
        answer = self.get_response(request)
        if (request.method, request.path, answer.status_code) == ("POST", set_up, 302) and is_mfa_enabled(account):
            request.session[CODE_SET_UP] = True
        return answer
