"""One made-up run, shared by the report's tests."""

from __future__ import annotations

import pytest
from tests.report.city import make_context, make_result


@pytest.fixture(scope="session")
def result():
    return make_result()


@pytest.fixture(scope="session")
def context():
    return make_context()
