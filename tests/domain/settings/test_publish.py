"""Limits of publication: the calibration band lies around 1, no text is taken for a number."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from patrolcast.domain.settings import Gates
from patrolcast.domain.settings.publish import AuditTrail, Publish


@pytest.mark.parametrize("limits", [[0.8, 1.0], [1.0, 1.25], [1.25, 0.8], [0.8], [0.8, 1.0, 1.2], [-0.5, 2.0]])
def test_calibration_limits_lie_on_both_sides_of_one(limits: list[float]) -> None:
    with pytest.raises(ValidationError):
        Gates(calibration=limits)


def test_a_limit_in_quotes_is_no_number_and_a_share_of_all_is_refused() -> None:
    with pytest.raises(ValidationError):
        Gates(max_refused_share="0.1")  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        Gates(max_refused_share=1.1)
    assert Gates(max_refused_share=0.15).max_refused_share == 0.15


def test_a_run_may_be_used_until_its_last_shift_ends_and_never_longer() -> None:
    as_of, end = datetime(2026, 6, 30, 10, tzinfo=UTC), datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert Publish().expires_at(as_of, end) == end
    assert Publish(expires_hours=12.0).expires_at(as_of, end) == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert Publish(expires_hours=100.0).expires_at(as_of, end) == end


@pytest.mark.parametrize("path", ["city.csv", "runs/metrics", ".prom", "runs/.prom", "runs/.hidden.prom"])
def test_a_metrics_file_that_no_collector_reads_or_that_could_be_another_file_is_refused(path: str) -> None:
    with pytest.raises(ValidationError, match=r"must end in \.prom"):
        Publish(metrics=Path(path))
    assert Publish(metrics=Path("runs/metrics/city.prom")).metrics == Path("runs/metrics/city.prom")


@pytest.mark.parametrize("command", [[], [""], ["mail", "a\0b"], "mail -s night", ["x"] * 51])
def test_a_summary_command_is_a_list_of_words(command: object) -> None:
    with pytest.raises(ValidationError):
        Publish(summary_command=command)  # type: ignore[arg-type]
    assert Publish(summary_command=["mail", "-s", "night"]).summary_command == ["mail", "-s", "night"]


@pytest.mark.parametrize("seconds", [0.0, -1.0, 300.1, float("inf")])
def test_a_summary_command_cannot_hold_the_lock_for_long(seconds: float) -> None:
    with pytest.raises(ValidationError):
        Publish(summary_seconds=seconds)
    assert Publish(summary_seconds=300.0).summary_seconds == 300.0


def test_the_trail_has_defaults_and_cannot_be_switched_off() -> None:
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
