"""An account that `serve` itself makes: the first administrator, and those of a demonstration."""

import secrets

from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.console import RoleChanged
from patrolcast.domain.trail.events import OPERATOR
from patrolcast.web.accounts.models import Account
from patrolcast.web.accounts.roles import AccountRole
from patrolcast.web.city import the_city


def new_account(username: str, role: AccountRole, *, district: str = "") -> tuple[str, str, str]:
    """Makes an account with a new password, once the trail says so; name, role and password."""
    password = secrets.token_urlsafe(12)
    changes = ({"key": "role", "was": None, "is": str(role)}, {"key": "district", "was": None, "is": district})
    the_city().record(RoleChanged(username, changes), actor=Actor("serve", OPERATOR, "operating system"))
    Account.objects.create_account(username, password, role=role, district=district)
    return username, str(role), password
