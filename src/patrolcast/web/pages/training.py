"""The training: the quiz that gives and renews the right to review, and the records of it."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from patrolcast.domain.trail.console import TrainingEnded, TrainingTaken
from patrolcast.web.accounts.models import Account, Training, trained_until
from patrolcast.web.accounts.roles import AccountRole
from patrolcast.web.city import options, record, today
from patrolcast.web.pages.access import account_of, for_roles
from patrolcast.web.pages.quiz import QUESTIONS, VERSION, right_answers

SOON_DAYS = 30


@for_roles(AccountRole.SUPERVISOR, methods=("GET", "POST"))
@sensitive_post_parameters()
def training(request: HttpRequest) -> HttpResponse:
    """The quiz. Every answer must be right; whoever errs reads why, and takes it again."""
    account = account_of(request)
    context = {"questions": QUESTIONS, "until": trained_until(account, VERSION), "today": today()}
    if request.method != "POST":
        return render(request, "training.html", context)
    right, wrong = right_answers({question.name: request.POST.get(question.name, "") for question in QUESTIONS})
    ends = None if wrong else today() + timedelta(days=options().training_days)
    until = None if ends is None else ends.isoformat()
    record(TrainingTaken(VERSION, right, len(QUESTIONS), until), account)
    if ends is None:
        return render(request, "training.html", {**context, "wrong": wrong, "right": right}, status=422)
    Training.objects.create(account=account, version=VERSION, taken_on=today(), ends_on=ends)
    return redirect("training")


@for_roles(AccountRole.AUDITOR, AccountRole.ADMINISTRATOR)
def trained(request: HttpRequest) -> HttpResponse:
    """Whose right to review holds, and until when."""
    day = today()
    rows = []
    for account in Account.objects.filter(role=AccountRole.SUPERVISOR, is_active=True):
        until = trained_until(account, VERSION)
        state = (
            "none"
            if until is None
            else "over"
            if until < day
            else "soon"
            if (until - day).days <= SOON_DAYS
            else "holds"
        )
        rows.append({"account": account, "until": until, "state": state})
    return render(request, "trained.html", {"rows": rows, "version": VERSION, "may_end": _administers(request)})


@for_roles(AccountRole.ADMINISTRATOR, methods=("POST",))
def end_training(request: HttpRequest, username: str) -> HttpResponse:
    """Ends somebody's training record now."""
    account = Account.objects.filter(username=username).first()
    records = Training.objects.filter(account__username=username)
    if account is not None and records.exists():
        record(TrainingEnded(account.username), account_of(request))
        records.delete()
    return redirect("trained")


def _administers(request: HttpRequest) -> bool:
    return account_of(request).role == AccountRole.ADMINISTRATOR
