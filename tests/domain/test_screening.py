"""What a feature's verdict is when its groups differ."""

from __future__ import annotations

from patrolcast.domain.screening import FeatureFinding, GroupFinding, ScreenVerdict


def group(name: str, verdict: ScreenVerdict, *, r: float = 0.0, conditional_r: float = 0.0) -> GroupFinding:
    return GroupFinding(name, verdict, "", r, 0.5, 100.0, 0.2, conditional_r, 0.5)


def worst(*groups: GroupFinding) -> str:
    return FeatureFinding("bars", 2, groups).worst.group


def test_the_worst_verdict_of_any_group_is_that_of_the_feature() -> None:
    verdicts = list(ScreenVerdict)
    assert verdicts == ["excluded", "not measured", "review", "underpowered", "cleared"]
    for i, verdict in enumerate(verdicts):
        finding = FeatureFinding("bars", 2, tuple(group(v.value, v) for v in reversed(verdicts[i:])))
        assert finding.verdict is verdict


def test_among_equal_verdicts_the_larger_conditional_correlation_counts_whatever_its_sign() -> None:
    first = group("a", ScreenVerdict.REVIEW, r=0.9, conditional_r=0.1)
    second = group("b", ScreenVerdict.REVIEW, r=0.1, conditional_r=-0.3)
    assert worst(first, second) == "b"
    assert worst(first, group("c", ScreenVerdict.REVIEW, r=-0.95, conditional_r=0.1)) == "c"


def test_a_proxy_and_what_could_not_be_measured_stay_out_and_nothing_else_does() -> None:
    out = {verdict for verdict in ScreenVerdict if FeatureFinding("bars", 2, (group("a", verdict),)).stays_out}
    assert out == {"excluded", "not measured"}
