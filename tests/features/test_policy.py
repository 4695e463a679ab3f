"""admit(): every rule, in its order, and a misspelled exclusion that cannot pass for one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report.city import spec

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.matrix import OF_THE_SHIFT, Admission, FeatureSpec
from patrolcast.domain.provenance import NEVER_IN_MODEL, Provenance
from patrolcast.domain.settings import Features
from patrolcast.features.catalogue import catalogue
from patrolcast.features.policy import NOT_SCREENED, admit

ALWAYS_OUT = {Provenance.OFFICER, Provenance.CENSUS, Provenance.UNKNOWN}
HISTORY, PLACE = spec("reports_28d"), spec("place_bars", Provenance.ENVIRONMENT)
SENSOR, STOPS, SHARE = (
    spec("shots_7d", Provenance.SENSOR), spec("stops_28d", Provenance.OFFICER), spec("share_b", Provenance.CENSUS),
)  # fmt: skip
ALL = [HISTORY, PLACE, SENSOR, STOPS, SHARE]


def decide(specs: list[FeatureSpec], **more: object) -> Admission:
    plain = {"excluded_provenance": [], "excluded_features": [], "reason": "declared by the agency"}
    return admit(specs, **{**plain, **more})  # type: ignore[arg-type]


def rules(admission: Admission) -> dict[str, str]:
    return {one.spec.name: one.rule for one in admission.excluded}


def test_the_list_of_what_no_policy_can_admit_is_this_one() -> None:
    assert NEVER_IN_MODEL == ALWAYS_OUT


def test_without_any_rule_officer_census_and_unknown_still_stay_out() -> None:
    specs = [spec(f"from_{one}", one) for one in Provenance]
    admission = decide(specs)
    assert set(admission.names) == {f"from_{one}" for one in Provenance if one not in ALWAYS_OUT}
    assert rules(admission) == {f"from_{one}": "never_in_model" for one in ALWAYS_OUT}


def test_a_provenance_that_the_policy_excludes_stays_out() -> None:
    admission = decide(ALL, excluded_provenance=[Provenance.SENSOR])
    assert admission.names == ("reports_28d", "place_bars")
    (out,) = [one for one in admission.excluded if one.spec is SENSOR]
    assert (out.rule, out.reason) == ("excluded_provenance", "the policy excludes sensor records")


def test_a_feature_that_the_policy_names_stays_out_with_the_agencys_reason() -> None:
    admission = decide(ALL, excluded_features=["place_bars"], reason="a proxy, says the community board")
    (out,) = [one for one in admission.excluded if one.spec is PLACE]
    assert (out.rule, out.reason) == ("excluded_by_name", "a proxy, says the community board")


def test_a_pattern_takes_all_it_matches_and_minds_the_case() -> None:
    assert "place_bars" not in decide(ALL, excluded_features=["place_*"]).names
    with pytest.raises(ConfigError):
        decide(ALL, excluded_features=["Place_*"])


def test_what_the_screen_found_stays_out_and_the_rest_is_said_to_be_screened() -> None:
    admission = decide([HISTORY, PLACE], screened_out={"place_bars": "predicts group_b, AUC 0.93"})
    (out,) = admission.excluded
    assert (out.rule, out.reason) == ("screen", "predicts group_b, AUC 0.93")
    assert [one.rule for one in admission.admitted] == ["screen: cleared or under review"]
    assert decide([HISTORY], screened_out={}).admitted[0].rule == "screen: cleared or under review"


def test_an_admission_says_what_the_screen_or_a_waiver_says_of_the_feature() -> None:
    same = replace(spec("slot", Provenance.ENVIRONMENT), family="calendar")
    admission = decide([HISTORY, same], screened_out={}, screened_in={"reports_28d": "waived until 2027-01-01"})
    assert [feature.rule for feature in admission.admitted] == [
        "waived until 2027-01-01",
        "screen: the same in every cell, so it says nothing about a place",
    ]


def test_a_feature_of_places_that_a_stale_screen_says_nothing_of_is_not_called_the_same_everywhere() -> None:
    """Twin: one of the shift is."""
    same = replace(spec("slot", Provenance.ENVIRONMENT), family="calendar")
    rules = [feature.rule for feature in decide([HISTORY, same], screened_out={}, screened_in={}).admitted]
    assert rules == [NOT_SCREENED, "screen: the same in every cell, so it says nothing about a place"]


def test_a_feature_about_places_of_which_the_stored_screen_says_nothing_stays_out() -> None:
    """Whatever a screen left out, or somebody deleted from it: unmeasured is not harmless."""
    for silent in (PLACE, spec("ring1_28d"), SENSOR):
        admission = decide([HISTORY, silent], screened_out={}, screened_in={"reports_28d": "screen: cleared"})
        assert admission.names == ("reports_28d",)
        (out,) = admission.excluded
        assert (out.rule, out.reason) == ("screen", "not measured: the stored screen says nothing of it")


def test_only_what_is_the_same_in_every_cell_by_construction_needs_no_screen() -> None:
    assert {"calendar", "category", "climatology"} == OF_THE_SHIFT


def test_a_pattern_in_capitals_matches_no_name_in_small_letters() -> None:
    """Beside a pattern that matches: an exclusion of another case excludes nothing, and is an error by itself."""
    upper = spec("PLACE_bars", Provenance.ENVIRONMENT)
    assert decide([upper, PLACE], excluded_features=["place_*"]).names == ("PLACE_bars",)


def test_without_a_screen_an_admission_says_that_there_was_none() -> None:
    assert decide([HISTORY]).admitted[0].rule == "provenance and names; not screened"


def test_the_first_rule_that_excludes_is_recorded() -> None:
    """Naming what is out anyway does not soften why."""
    kept = spec("slot", Provenance.ADMINISTRATIVE)
    admission = decide(
        [*ALL, kept],
        excluded_provenance=[Provenance.OFFICER, Provenance.ENVIRONMENT],
        excluded_features=["r*", "p*", "s*_*"],
        screened_out={one.name: "a proxy" for one in ALL},
    )
    assert rules(admission) == {
        "reports_28d": "excluded_by_name",
        "place_bars": "excluded_provenance",
        "shots_7d": "excluded_by_name",
        "stops_28d": "never_in_model",
        "share_b": "never_in_model",
    }
    assert admission.names == ("slot",)


def test_a_policy_that_leaves_nothing_is_an_error() -> None:
    with pytest.raises(ConfigError) as told:
        decide(ALL, excluded_features=["*"])
    assert str(told.value) == (
        "[policy]: got no admitted feature; at least one declared feature must be left; "
        "shorten [policy] excluded_features or excluded_provenance"
    )


def test_an_exclusion_that_names_nothing_is_an_error_and_not_an_exclusion() -> None:
    with pytest.raises(ConfigError) as told:
        decide(ALL, excluded_features=["place_bar"])
    assert str(told.value) == (
        "[policy] excluded_features: got 'place_bar'; every exclusion must match a declared feature; "
        "see admission.json for names"
    )


@given(
    st.lists(st.sampled_from(list(Provenance)), min_size=1, max_size=12),
    st.sets(st.sampled_from(list(Provenance))),
    st.sets(st.integers(0, 11)),
    st.none() | st.sets(st.integers(0, 11)),
)
@settings(max_examples=80, deadline=None)
def test_every_feature_is_decided_once_and_no_policy_lets_the_forbidden_in(
    kinds: list[Provenance], out: set[Provenance], named: set[int], screened: set[int] | None
) -> None:
    out = out - {Provenance.CITIZEN}
    specs = [*(spec(f"f{i}", kind) for i, kind in enumerate(kinds)), spec("always")]
    known = {f"f{i}" for i in range(len(kinds))}
    admission = decide(
        specs,
        excluded_provenance=out,
        excluded_features=sorted({f"f{i}" for i in named} & known),
        screened_out=None if screened is None else {f"f{i}": "found" for i in screened},
    )
    decided = [*admission.admitted, *admission.excluded]
    assert sorted(one.spec.name for one in decided) == sorted({*known, "always"})
    assert not {one.spec.provenance for one in admission.admitted} & (ALWAYS_OUT | out)
    assert not set(admission.names) & {f"f{i}" for i in named | (screened or set())}


def test_every_feature_of_the_catalogue_is_declared_whole_and_once() -> None:
    specs = catalogue({}, Features(holidays="US", paydays=[1]))
    assert len({one.name for one in specs}) == len(specs)
    for one in specs:
        assert one.name.isidentifier(), one
        assert one.name == one.name.lower(), one
        assert one.unit, one
        assert one.source, one
        assert one.phrase, one
        assert one.provenance not in ALWAYS_OUT, one
        assert one.caution or one.provenance is Provenance.ENVIRONMENT, one


def test_a_waiver_of_a_feature_that_does_not_exist_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigError) as error:
        decide(ALL, waived=["place_barz"])
    assert str(error.value) == (
        "[[waivers]] feature: got 'place_barz'; must be a declared feature; did you mean 'place_bars'?"
    )
    assert decide(ALL, waived=["place_bars"]).names == decide(ALL).names
