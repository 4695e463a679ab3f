"""The administrator's pages: accounts, roles and districts."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from patrolcast.domain.trail.console import RoleChanged
from patrolcast.web.accounts.models import Account
from patrolcast.web.accounts.roles import OF_A_DISTRICT, WHAT_FOR, AccountRole
from patrolcast.web.city import record, tonight
from patrolcast.web.pages.access import account_of, for_roles

OF_THE_MACHINE = frozenset({"patrolcast", "serve", "unknown"})
"""Who acts on the trail where no account did."""


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """An account's name, role and district, and, where it is given, a new password."""

    password = forms.CharField(
        required=False, min_length=12, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="12 characters or more. Left empty: it stays as it is; a new account then signs in by the directory.",
    )  # fmt: skip

    class Meta:
        model = Account
        fields = ("username", "role", "district", "is_active")
        labels = {"username": "Account", "is_active": "May sign in"}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "username": "A unit or a desk, e.g. unit-12. Never a person's name: it stays on the trail for good.",
            "district": "Of a supervisor or officer; empty: every district.",
            "is_active": "An account is never removed, since the trail names it.",
        }

    def clean_username(self) -> str:
        """A name that the trail gives to nobody else, in whatever spelling: two persons must be two names there."""
        name = str(self.cleaned_data["username"])
        if self.instance.pk is None:
            if Account.objects.filter(username__iexact=name).exists():
                raise ValidationError("An account of this name is there, perhaps in other letters.")
            if name.lower() in OF_THE_MACHINE:
                raise ValidationError("On the trail this name means patrolcast itself. Take another.")
        return name

    def clean(self) -> dict[str, Any]:
        """A role without a district has none; a password is none of those that are guessed first."""
        cleaned = super().clean() or {}
        if cleaned.get("district") and cleaned.get("role") not in OF_A_DISTRICT:
            cleaned["district"] = ""
        if password := cleaned.get("password"):
            try:
                validate_password(password, Account(username=str(cleaned.get("username", ""))))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


@for_roles(AccountRole.ADMINISTRATOR)
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account."""
    return render(request, "accounts.html", {"accounts": Account.objects.all(), "what_for": WHAT_FOR.items()})


@for_roles(AccountRole.ADMINISTRATOR, methods=("GET", "POST"))
def account_form(request: HttpRequest, username: str = "") -> HttpResponse:
    """Makes or changes one account; what changed is on the trail before it holds."""
    known = get_object_or_404(Account, username=username) if username else None
    before = _stated(known)
    form = AccountForm(request.POST or None, instance=known)
    if known is not None:
        form.fields["username"].disabled = True  # the trail names it
    if request.method == "POST" and form.is_valid():
        if known == account_of(request) and not _still_administers(form):
            form.add_error(
                None, "Another administrator must take this role or account away, so that one is always left."
            )
        else:
            _save(request, form, before)
            return redirect("accounts")
    context = {"form": form, "known": known, "districts": _districts()}
    return render(request, "account.html", context, status=422 if form.errors else 200)


def _save(request: HttpRequest, form: AccountForm, before: dict[str, str | None]) -> None:
    changed, password = form.save(commit=False), form.cleaned_data["password"]
    after = _stated(changed)
    differs = [{"key": key, "was": before[key], "is": after[key]} for key in after if before[key] != after[key]]
    if password:
        differs.append({"key": "password", "was": None, "is": "set anew"})
    with transaction.atomic():
        if password:
            changed.set_password(password)  # which also ends every session of the account
        elif before["role"] is None:
            changed.set_unusable_password()
        changed.save()
        if differs:
            record(RoleChanged(changed.username, tuple(differs)), account_of(request))


def _stated(known: Account | None) -> dict[str, str | None]:
    """What the trail says of an account; None where there was none."""
    if known is None:
        return {"role": None, "district": None, "may sign in": None}
    return {"role": known.role, "district": known.district, "may sign in": "yes" if known.is_active else "no"}


def _still_administers(form: AccountForm) -> bool:
    return bool(form.cleaned_data["is_active"]) and form.cleaned_data["role"] == AccountRole.ADMINISTRATOR


def _districts() -> list[str]:
    """Districts of the published run, for the form to offer."""
    return list(dict.fromkeys(str(block["name"]) for shift in tonight().shifts for block in shift.districts))
