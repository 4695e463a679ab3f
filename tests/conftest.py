"""What holds for every test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A busy machine makes an example slow, not wrong. Child processes have time limits, since else they could hang.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")


def pytest_make_parametrize_id(val: object) -> str | None:
    """No name of a test holds bytes: those of an archive hold the time, and two workers would collect other tests."""
    return "bytes" if isinstance(val, bytes) else None
