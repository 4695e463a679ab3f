"""What a sign-in leaves: an entry on the trail, and in the session when and how it was."""

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import pre_save
from django.http import HttpRequest

from patrolcast.domain.errors import PatrolcastError
from patrolcast.domain.trail.console import SignedIn
from patrolcast.web.accounts.models import Account
from patrolcast.web.accounts.roles import DIRECTORY, SINCE
from patrolcast.web.city import record


def join() -> None:
    """Connects the signals, once."""
    user_logged_in.connect(_signed_in, dispatch_uid="patrolcast console: signed in")
    pre_save.connect(_nothing_personal, sender=SocialAccount, dispatch_uid="patrolcast console: nothing personal")


def way_in(request: HttpRequest, user: Account) -> str:
    """How the account of this session was recognised."""
    if "socialaccount" in _methods(request, user):
        return "directory"
    return "password and code" if gave_code(request, user) else "password"


def gave_code(request: HttpRequest, user: Account) -> bool:
    """True where this session began, or was confirmed, with a code."""
    return "mfa" in _methods(request, user)


def _methods(request: HttpRequest, user: Account) -> set[str]:
    return {str(sign_in.get("method")) for sign_in in get_authentication_records(request, user)}


def _nothing_personal(instance: Any, **_: Any) -> None:  # noqa: ANN401
    """Of what a directory says about a person, only that it is this one is kept: no name, no address."""
    instance.extra_data = {}


def _signed_in(request: HttpRequest, user: Account, **_: Any) -> None:  # noqa: ANN401
    way = way_in(request, user)
    try:
        record(SignedIn(way), user)
    except PatrolcastError:  # what cannot be recorded does not happen
        request.session.flush()
        raise
    request.session[SINCE], request.session[DIRECTORY] = time.time(), way == "directory"
