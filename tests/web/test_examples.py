"""Examples in docstrings of the console are true. They need Django set up, so they run here, not with the others."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

from patrolcast import web
from patrolcast.web.start import Console


def test_every_example_of_the_console_is_true(console: Console) -> None:
    names = [
        one.name for one in pkgutil.walk_packages(web.__path__, "patrolcast.web.") if ".migrations" not in one.name
    ]
    found = [doctest.testmod(importlib.import_module(name)) for name in names]
    assert sum(one.attempted for one in found) > 0
    assert sum(one.failed for one in found) == 0
