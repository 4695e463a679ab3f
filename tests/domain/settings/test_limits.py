"""Limits of gates: refused where they check nothing, waived in writing beyond the usual, said with the default."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pydantic.fields import FieldInfo
from tests.domain.settings.documents import document

from patrolcast.audit.limits import limits_gate
from patrolcast.domain.errors import ConfigError
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Settings
from patrolcast.domain.settings.base import Section
from patrolcast.domain.settings.keys import parse_settings, section_in
from patrolcast.domain.settings.limits import ChosenLimit, Usual, chosen_limits, number_words

WAIVER = {"reason": "the board has seen it and decided so", "owner": "oversight board", "expires": "2026-12-31"}

LIMITS: list[tuple[str, Any, Any, Any]] = [
    # key, inside the usual range, beyond it and waivable, refused whatever is waived
    ("gates.max_refused_share", 0.2, 0.21, 1.1),
    ("gates.min_incidents", 500, 499, 0),
    ("gates.max_report_age_hours", 168.0, 169.0, 26_280.0),
    ("gates.calibration", [0.75, 1.3], [0.74, 1.3], [0.0, 99.0]),
    ("audit.least_residents", 1200.0, 1201.0, 800_000.0),
    ("audit.least_measured_share", 0.9, 0.89, 0.17),
    ("audit.max_excess_ratio", 2.0, 2.01, 50.0),
    ("audit.max_calibration_ratio", 1.5, 1.51, 50.0),
    ("audit.max_opportunity_gap", 0.25, 0.26, 1.0),
    ("audit.max_run_nights", 14, 15, 400),
    ("audit.least_turnover", 1.4, 1.3, 1.0),
    ("screen.conditional_limit", 0.25, 0.26, 1.0),
    ("screen.marginal_limit", 0.4, 0.41, 1.0),
    ("screen.adversary_limit", 0.15, 0.16, 1.0),
    ("screen.significance", 0.05, 0.049, 1e-300),
    ("codebook.max_unknown_share", 0.1, 0.11, 1.0),
    ("incidents.longest_range_days", 92.0, 93.0, 1e6),
    ("model.horizon_days", 7, 8, 32),
    ("monitor.max_age_days", 35, 36, 3650),
    ("monitor.longest_run_days", 28, 29, 10_000),
]
IDS = [key for key, *_ in LIMITS]


def config(key: str, value: object, **more: object) -> dict[str, object]:
    """A config that sets one limit."""
    raw, (section, name) = document() | {"as_of": "2026-06-30T05:00:00-05:00"} | more, key.split(".")
    stated: Any = raw.get(section, {})
    return raw | {section: {**stated, name: value}}


def parsed(key: str, value: object, **more: object) -> Settings:
    return parse_settings(config(key, value, **more), file="city.toml")


def gate_of(settings: Settings) -> GateResult:
    return limits_gate(tuple(chosen_limits(settings)), settings.waivers, day=date(2026, 6, 30))


def refusal(key: str, value: object, **more: object) -> str:
    with pytest.raises(ConfigError) as error:
        parsed(key, value, **more)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(("key", "usual"), [row[:2] for row in LIMITS], ids=IDS)
def test_a_value_inside_the_usual_range_needs_no_waiver(key: str, usual: object) -> None:
    assert next(limit.value for limit in chosen_limits(parsed(key, usual)) if limit.key == key) == usual


@pytest.mark.parametrize(("key", "beyond"), [(row[0], row[2]) for row in LIMITS], ids=IDS)
def test_a_value_beyond_it_needs_a_waiver_of_that_limit(key: str, beyond: object) -> None:
    section, name = key.split(".")
    if section == "gates":  # it can be looked at, and the gate keeps it from being published
        gate = gate_of(parsed(key, beyond))
        assert (gate.verdict, gate.value) == (GateVerdict.FAIL, 1.0)
        assert gate.detail.startswith(f"[gates] {name} is ")
        assert gate.detail.endswith(f'and no [[waivers]] has limit = "{key}"')
        assert gate_of(parsed(key, beyond, waivers=[WAIVER | {"limit": key}])).verdict is GateVerdict.WAIVED
        return
    said = refusal(key, beyond)
    assert said.startswith(f"city.toml: [{section}] {name}: got ")
    assert said.endswith(f'; keep to it, or write [[waivers]] with limit = "{key}", reason, owner and expires')
    other = "gates.min_incidents" if key != "gates.min_incidents" else "gates.calibration"
    assert refusal(key, beyond, waivers=[WAIVER | {"limit": other}]) == said
    waived = parsed(key, beyond, waivers=[WAIVER | {"limit": key}])
    assert [limit.key for limit in chosen_limits(waived) if limit.beyond_usual] == [key]


@pytest.mark.parametrize(("key", "off"), [(row[0], row[3]) for row in LIMITS], ids=IDS)
def test_a_value_that_checks_nothing_is_refused_whatever_is_waived(key: str, off: object) -> None:
    assert refusal(key, off, waivers=[WAIVER | {"limit": key}]).startswith(
        f"city.toml: [{key.replace('.', '] ')}: got "
    )


@pytest.mark.parametrize(
    ("key", "waivable", "too_wide"), [("gates.max_refused_share", 0.5, 0.51), ("gates.min_incidents", 100, 99)]
)
def test_a_value_that_checks_next_to_nothing_can_be_looked_at_and_is_never_published(
    key: str, waivable: object, too_wide: object
) -> None:
    waiver = [WAIVER | {"limit": key}]
    assert gate_of(parsed(key, waivable, waivers=waiver)).verdict is GateVerdict.WAIVED
    gate = gate_of(parsed(key, too_wide, waivers=waiver))
    assert gate.verdict is GateVerdict.FAIL
    assert gate.detail.endswith(": it checks next to nothing, so no waiver is enough")


def test_every_threshold_that_a_gate_reads_has_a_range() -> None:
    """A new number of these sections is in the table above, or is named here with why it is none."""
    none_of_a_gate = {
        "screen.surrogates": "its least number is in the schema", "screen.seed": "names the draws",
        "audit.reporting_ratios": "a table, no gate", "audit.reference": "a name", "audit.survey_reporting": "a table",
        "audit.survey_source": "a text",
        "audit.other_trainings": "only widens intervals", "screen.stored_for": "a name",
    }  # fmt: skip
    settings = Settings.model_validate(document())
    stated = {
        f"{name}.{key}" for name in ("gates", "audit", "screen") for key in type(getattr(settings, name)).model_fields
    }
    assert stated - set(none_of_a_gate) <= {key for key, *_ in LIMITS}
    assert {limit.key for limit in chosen_limits(settings)} <= {key for key, *_ in LIMITS}


def test_no_default_lies_beyond_its_own_usual_range() -> None:
    assert [limit.key for limit in chosen_limits(Settings.model_validate(document())) if limit.beyond_usual] == []


def test_the_refusal_names_the_file_that_stated_the_limit_the_usual_range_and_the_default() -> None:
    raw = config("audit.max_excess_ratio", 2.5)
    with pytest.raises(ConfigError) as error:
        parse_settings(raw, file="variant.toml", files={("audit", "max_excess_ratio"): "base.toml"})
    assert str(error.value) == (
        "base.toml: [audit] max_excess_ratio: got 2.5; usual is at most 2 (default 2); keep to it, or write "
        '[[waivers]] with limit = "audit.max_excess_ratio", reason, owner and expires'
    )


def test_a_waiver_of_a_limit_that_does_not_exist_is_answered_with_the_nearest() -> None:
    said = refusal("gates.min_incidents", 1000, waivers=[WAIVER | {"limit": "gates.max_refused_shares"}])
    assert said == (
        "city.toml: [[waivers]] limit: got 'gates.max_refused_shares'; must be a limit; did you mean "
        "'gates.max_refused_share'?"
    )


def test_a_limit_is_said_with_the_default() -> None:
    limit = next(
        each for each in chosen_limits(parsed("gates.calibration", [0.8, 1.3])) if each.key == "gates.calibration"
    )
    assert limit.sentence == (
        "This agency set the limit of predicted / observed incidents to 0.8 to 1.3; the default is 0.8 to 1.25."
    )
    assert not limit.is_default
    assert not limit.beyond_usual


def test_a_value_that_rounds_to_the_usual_end_is_printed_in_full() -> None:
    assert number_words(0.2000000001) == "0.2000000001"
    assert ChosenLimit("gates.x", 0.2000000001, 0.1, Usual("x", most=0.2)).beyond_usual


def fields(section: type[Section]) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in section.model_fields.items():
        inner = section_in(field.annotation)
        if inner is None:
            yield f"{section.__name__}.{name}", field
        else:
            yield from fields(inner)


def test_no_key_has_two_ends_on_one_side_of_which_the_wider_would_count() -> None:
    doubled = [
        name
        for name, field in fields(Settings)
        for end in ("ge", "gt", "le", "lt")
        if sum(getattr(mark, end, None) is not None for mark in field.metadata) > 1
    ]
    assert doubled == []
