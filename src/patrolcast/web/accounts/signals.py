"""What a sign-in leaves: an entry on the trail, and in the session when and how it was."""

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from patrolcast.domain.errors import PatrolcastError
from patrolcast.domain.trail.console import SignedIn
from patrolcast.web.accounts.models import Account
from patrolcast.web.city import record

SINCE, DIRECTORY = "signed_in_at", "by_directory"


def join() -> None:
    """Connects the signals, once."""
    user_logged_in.connect(_signed_in, dispatch_uid="patrolcast console: signed in")


def way_in(request: HttpRequest) -> str:
    """How the account of this session was recognised."""
    methods = {str(one.get("method")) for one in get_authentication_records(request)}
    if "socialaccount" in methods:
        return "directory"
    return "password and code" if "mfa" in methods else "password"


def _signed_in(request: HttpRequest, user: Account, **_: Any) -> None:  # noqa: ANN401
    way = way_in(request)
    try:
        record(SignedIn(way), user)
    except PatrolcastError:  # what cannot be recorded does not happen
        request.session.flush()
        raise
    request.session[SINCE], request.session[DIRECTORY] = time.time(), way == "directory"
