"""The six roles of the console, and what each is for."""

from django.db import models


class AccountRole(models.TextChoices):
    """What an account may see and do; each account has one."""

    SUPERVISOR = "supervisor", "Supervisor"
    OFFICER = "officer", "Officer"
    ANALYST = "analyst", "Analyst"
    AUDITOR = "auditor", "Auditor"
    CHIEF = "chief", "Chief"
    ADMINISTRATOR = "administrator", "Administrator"


WHAT_FOR = {
    AccountRole.SUPERVISOR: "accepts, amends or declines the suggestions of a district",
    AccountRole.OFFICER: "sees what was accepted in a district, and records visits",
    AccountRole.ANALYST: "reads runs, checks, audits and comparisons",
    AccountRole.AUDITOR: "reads the audit trail, follow rates and training records; changes nothing",
    AccountRole.CHIEF: "sees what is published and on which waivers; pauses and resumes",
    AccountRole.ADMINISTRATOR: "keeps accounts, roles and districts",
}
SINCE, DIRECTORY, CODE_SET_UP = "signed_in_at", "by_directory", "code_set_up"
"""What a session knows of its sign-in: when it was (seconds since 1970), whether the directory vouched for it, and
whether the account's code was set up in it."""
OF_A_DISTRICT = frozenset({AccountRole.SUPERVISOR, AccountRole.OFFICER})
"""Roles that are bound to the district of their account, where it names one."""
