"""How somebody comes in: by a password that an administrator gave out, or by the department's directory.

Nobody makes an account for oneself, by either way.
"""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.console import LockedOut
from patrolcast.web.accounts.models import Account
from patrolcast.web.accounts.roles import SINCE
from patrolcast.web.city import options, record_as

FRESH_SECONDS = 300
CLAIM = "preferred_username"
"""What of a directory's answer must be the name of an account here."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an administrator makes accounts."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401
        """Refuses an account that is locked, and puts the lockout on the trail once for as long as it lasts."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._record_lockout(str(credentials.get("username", "")))
            wait = f"Wait {options().lockout_minutes} minutes, then try again; until then the right one is refused too."
            raise ValidationError(f"Too many wrong passwords. {wait}", code="too_many_login_attempts") from None

    def is_reauthentication_required(self, *, app: str, **arguments: Any) -> bool:  # noqa: ANN401
        """Codes are changed right after a sign-in, else the password is asked for again."""
        since = float(self.request.session.get(SINCE, 0.0))
        return time.time() - since > FRESH_SECONDS and bool(super().is_reauthentication_required(app=app, **arguments))

    def _record_lockout(self, username: str) -> None:
        # What was typed may be a password in the wrong field: only a name that we gave out is written down.
        known = Account.objects.filter(username__iexact=username).first()
        name, minutes = ("unknown" if known is None else known.username), options().lockout_minutes
        if cache.add(f"lockout-recorded-{name}", True, timeout=minutes * 60):
            actor = Actor(id=name, role="none" if known is None else known.role, auth="not signed in")
            record_as(LockedOut(name, minutes), actor)


class DirectoryAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in by the department's directory: for accounts that an administrator made, under the same name."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ANN401
        """Never: who has no account here does not get one by being in the directory."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:  # noqa: ANN401
        """Joins somebody's first sign-in to the account of the same name."""
        if sociallogin.is_existing:
            return
        extra_data = sociallogin.account.extra_data
        claims = extra_data.get("userinfo") or extra_data.get("id_token") or extra_data
        account = Account.objects.filter(username=str(claims.get(CLAIM, "")), is_active=True).first()
        if account is not None:
            sociallogin.connect(request, account)
