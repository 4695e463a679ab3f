"""Twenty supervisors answer one suggestion at the same moment, over the wire: one wins, all stand on the trail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.web.asked import answer_form, entries, the_shift
from tests.web.conftest import Served, train

N = 20


def test_one_of_twenty_wins_nineteen_are_refused_and_the_trail_stays_whole(served: Served) -> None:
    import requests
    from django.test import Client

    from patrolcast.io.trail.verify import verify_trail
    from patrolcast.web.accounts.models import Account, Acknowledgement
    from patrolcast.web.accounts.roles import AccountRole

    night, shift = the_shift()
    form, together = answer_form(), Barrier(N)
    cookies = []
    for n in range(N):
        account = Account.objects.create_account(f"desk-{n}", None, role=AccountRole.SUPERVISOR, district="1")
        train(account)
        Acknowledgement.objects.create(account=account, run=night.run_id, shift_start=shift.start)
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        cookies.append(client.cookies["sessionid"].value)

    def answer(session: str) -> int:
        with requests.Session() as person:
            person.cookies.set("sessionid", session)
            page = person.get(f"{served.address}/tonight/", timeout=120)
            token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
            together.wait(timeout=120)
            sent = {**form, "csrfmiddlewaretoken": token}
            done = person.post(f"{served.address}/tonight/answer/", sent, timeout=120, allow_redirects=False)
            return done.status_code

    try:
        with ThreadPoolExecutor(N) as pool:
            statuses = sorted(pool.map(answer, cookies))
    finally:
        Account.objects.filter(username__startswith="desk-").delete()
    assert statuses == [302] + [409] * (N - 1)
    assert len(entries(served.place, "review.decision")) == 1
    assert len(entries(served.place, "review.refused")) == N - 1
    assert {entry["actor"]["id"] for entry in entries(served.place, "review.")} == {f"desk-{n}" for n in range(N)}
    assert not verify_trail(served.place / "runs" / "tiny" / "trail").faults
