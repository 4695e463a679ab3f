"""The demonstration: one account a role, with passwords made up at each start. Only ever on the machine itself."""

from patrolcast.web.accounts.models import Account
from patrolcast.web.accounts.new import new_account
from patrolcast.web.accounts.roles import AccountRole
from patrolcast.web.city import tonight

_MADE_UP = {
    "sergeant": (AccountRole.SUPERVISOR, "4"),
    "unit-12": (AccountRole.OFFICER, "4"),
    "analyst": (AccountRole.ANALYST, ""),
    "auditor": (AccountRole.AUDITOR, ""),
    "chief": (AccountRole.CHIEF, ""),
    "deputy": (AccountRole.CHIEF, ""),
    "admin": (AccountRole.ADMINISTRATOR, ""),
}
"""Account -> role and district. Two chiefs, since resuming takes a second person."""


def make_accounts() -> tuple[tuple[str, str, str], ...]:
    """Makes them, or gives those that are there new passwords; name, role and password of each."""
    accounts = []
    for username, (role, district) in _MADE_UP.items():
        Account.objects.filter(username=username).delete()
        accounts.append(new_account(username, role, district=_district(district)))
    return tuple(accounts)


def _district(wanted: str) -> str:
    """The district, where the published run has it; else its first."""
    if not wanted:
        return ""
    names = [str(block["name"]) for shift in tonight().shifts for block in shift.districts]
    return wanted if wanted in names or not names else names[0]
