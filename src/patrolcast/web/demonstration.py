"""The demonstration: one account a role, with passwords made up at each start. Only ever on the machine itself."""

from patrolcast.web.accounts.models import Account
from patrolcast.web.accounts.roles import Role

_MADE_UP = {
    "sergeant": (Role.SUPERVISOR, "4"),
    "unit-12": (Role.OFFICER, "4"),
    "analyst": (Role.ANALYST, ""),
    "auditor": (Role.AUDITOR, ""),
    "chief": (Role.CHIEF, ""),
    "deputy": (Role.CHIEF, ""),
    "admin": (Role.ADMINISTRATOR, ""),
}
"""Account -> role and district. Two chiefs, since resuming takes a second person."""


def make_accounts() -> tuple[tuple[str, str, str], ...]:
    """Makes them, or gives those that are there new passwords; name, role and password of each."""
    from patrolcast.web.start import new_account

    made = []
    for username, (role, district) in _MADE_UP.items():
        Account.objects.filter(username=username).delete()
        made.append(new_account(username, role, district=_district(district)))
    return tuple(made)


def _district(wanted: str) -> str:
    """The district, where the published run has it; else its first."""
    from patrolcast.web.city import tonight

    if not wanted:
        return ""
    names = [str(block["name"]) for shift in tonight().shifts for block in shift.districts]
    return wanted if wanted in names or not names else names[0]
