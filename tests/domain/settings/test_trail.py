"""[trail]: texts are kept for six months at least, and folders for copies are named by the environment."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from patrolcast.domain.settings.trail import AuditTrail


def test_it_has_defaults_and_cannot_be_switched_off() -> None:
    assert (AuditTrail().copies, AuditTrail().signed, AuditTrail().text_days) == ([], False, 1826)
    assert set(AuditTrail.model_fields) == {"copies", "signed", "text_days"}


@pytest.mark.parametrize("days", [0, 30, 182])
def test_texts_are_kept_for_183_days_at_least(days: int) -> None:
    with pytest.raises(ValidationError):
        AuditTrail(text_days=days)
    assert AuditTrail(text_days=183).text_days == 183


@pytest.mark.parametrize("name", ["/mnt/audit", "audit", "", "A B", "1A", "https://x"])
def test_a_folder_for_copies_is_the_name_of_a_variable_never_a_path(name: str) -> None:
    with pytest.raises(ValidationError):
        AuditTrail(copies=[name])
