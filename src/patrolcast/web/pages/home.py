"""Where each role begins, and whether the console is there at all."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from patrolcast.web.accounts.roles import AccountRole
from patrolcast.web.pages.access import account_of, for_roles
from patrolcast.web.pages.frame import PAGES


@for_roles()
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the role."""
    return redirect(PAGES[AccountRole(account_of(request).role)][0][0])


def alive(request: HttpRequest) -> HttpResponse:
    """For whoever watches over the machine: the console answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
