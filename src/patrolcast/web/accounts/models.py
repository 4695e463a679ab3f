"""What the console keeps in its database. Decisions, visits and pauses are not here: the trail is their record."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.db import models

from patrolcast.web.accounts.roles import OF_A_DISTRICT, AccountRole


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts."""

    def create_account(self, username: str, password: str | None, *, role: AccountRole, district: str = "") -> Account:
        """A new account; without a password it can be used only through the department's directory."""
        account = self.model(username=username, role=role, district=district)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A unit or a desk, never a person by name.

    Attributes
    ----------
    username : its call sign or account, e.g. "unit-12"; on the trail for good, so never a person's name.
    district : of a supervisor or officer, the district it is bound to; "" means all.
    """

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    username: models.CharField[str, str] = models.CharField(
        max_length=60, unique=True, validators=[ASCIIUsernameValidator()]
    )
    role: models.CharField[str, str] = models.CharField(max_length=20, choices=AccountRole.choices)
    district: models.CharField[str, str] = models.CharField(max_length=60, blank=True, default="")
    is_active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    made_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        ordering: ClassVar = ["username"]

    def may_see(self, district: str) -> bool:
        """True where the account's role is not bound to a district, or to this one."""
        return AccountRole(self.role) not in OF_A_DISTRICT or self.district in ("", district)


class Training(models.Model):
    """A passed quiz: until which day the account may review."""

    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="+"
    )
    version: models.CharField[str, str] = models.CharField(max_length=20)
    taken_on: models.DateField[date, date] = models.DateField()
    ends_on: models.DateField[date, date] = models.DateField()

    objects: ClassVar[models.Manager[Training]] = models.Manager()

    class Meta:
        ordering: ClassVar = ["-ends_on"]


class Acknowledgement(models.Model):
    """The advisory statement was read for a shift of a run."""

    account: models.ForeignKey[Account, Account] = models.ForeignKey(Account, on_delete=models.CASCADE)
    run: models.CharField[str, str] = models.CharField(max_length=80)
    shift_start: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    objects: ClassVar[models.Manager[Acknowledgement]] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "run", "shift_start"], name="acknowledged_once")
        ]


def trained_until(account: Account, version: str) -> date | None:
    """The last day on which the account's training holds, None without one of this version of the quiz."""
    newest = Training.objects.filter(account=account, version=version).order_by("-ends_on").first()
    return None if newest is None else newest.ends_on


def has_acknowledged(account: Account, run: str, shift_start: datetime) -> bool:
    """True where the account has read the advisory statement for this shift."""
    return Acknowledgement.objects.filter(account=account, run=run, shift_start=shift_start).exists()
