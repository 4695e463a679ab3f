"""Fifty people at the console at once: `.venv/bin/python -m benchmarks.console_load`, after one start of `make serve`.

A process serves the sample city; fifty accounts sign in, then each opens a page every two seconds or so, for a minute:
supervisors the shift and the handover, officers their shift, auditors the follow rates, chiefs what is published.
Prints the time to each page; an error fails.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import requests

sys.path.insert(0, "tools")
from console_screenshots import served

PEOPLE, SECONDS, PAUSE = 50, 60.0, 2.0
PAGES = {
    "supervisor": ("tonight", "handover"), "officer": ("visits",), "auditor": ("follow",), "chief": ("published",),
}  # fmt: skip
SHARE = ("supervisor",) * 5 + ("officer",) * 3 + ("auditor", "chief")
WORD = "a long phrase of the benchmark"


def token(page: requests.Response) -> str:
    """The form token of a page."""
    return page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]


def signed_in(address: str, name: str, word: str) -> requests.Session:
    """A person who has signed in."""
    person = requests.Session()
    page = person.get(f"{address}/account/login/", timeout=120)
    form = {"login": name, "password": word, "csrfmiddlewaretoken": token(page)}
    person.post(f"{address}/account/login/", form, timeout=120).raise_for_status()
    return person


def make_accounts(address: str, admin: requests.Session) -> list[tuple[str, str]]:
    """Fifty accounts, as an administrator makes them: name and role."""
    made = []
    for n in range(PEOPLE):
        name, role = f"load-{n}", SHARE[n % len(SHARE)]
        page = admin.get(f"{address}/accounts/new/", timeout=120)
        form = {"username": name, "role": role, "district": str(n % 6 + 1), "is_active": "on", "password": WORD}
        answer = admin.post(f"{address}/accounts/new/", {**form, "csrfmiddlewaretoken": token(page)}, timeout=120)
        answer.raise_for_status()
        made.append((name, role))
    return made


def main() -> int:
    """Prints the times; 1 where the console met an error."""
    times: dict[str, list[float]] = defaultdict(list)
    failed, lock = list[str](), threading.Lock()

    def click(address: str, person: requests.Session, role: str, until: float, seed: int) -> None:
        chance = random.Random(seed)
        while time.monotonic() < until:
            path = chance.choice(PAGES[role])
            begun = time.monotonic()
            answer = person.get(f"{address}/{path}/", timeout=120)
            with lock:
                times[path].append(time.monotonic() - begun)
                if answer.status_code >= 400:
                    failed.append(f"{answer.status_code} {path}")
            time.sleep(chance.uniform(0.5, 1.5) * PAUSE)

    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (address, words):
        admin = signed_in(address, "admin", words["admin"])
        accounts = make_accounts(address, admin)
        people = [(signed_in(address, name, WORD), role) for name, role in accounts]
        until = time.monotonic() + SECONDS
        with ThreadPoolExecutor(PEOPLE) as pool:
            for n, (person, role) in enumerate(people):
                pool.submit(click, address, person, role, until, n)
    print(f"{PEOPLE} people, {SECONDS:g} s, {os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f}")
    for path, taken in sorted(times.items()):
        p50, p95, most = np.quantile(taken, [0.5, 0.95, 1.0])
        print(f"{path:10} {len(taken):5} pages  median {p50:.2f} s  95 % {p95:.2f} s  most {most:.2f} s")
    every = np.concatenate([np.array(one) for one in times.values()])
    print(f"{'all':10} {len(every):5} pages  median {np.median(every):.2f} s  95 % {np.quantile(every, 0.95):.2f} s")
    print(f"errors: {len(failed)} {sorted(set(failed))}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
