"""Every figure of a screen of a small city: what a run's page and the stored screen say changes only with `METHOD`.

Correlations, R2 and effective cells are figures of the city alone. What hangs on the surrogates, whose patterns differ
in sign between machines, is compared with the surrogates themselves.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from patrolcast.domain.screening import GroupFinding
from patrolcast.features.proxies.blocks import PlaceTable
from patrolcast.features.proxies.screen import (
    METHOD,
    ProxyScreen,
    screen_alone,
    screen_history,
    screen_proxies,
    screen_together,
)
from patrolcast.features.proxies.surrogates import surrogates
from patrolcast.features.proxies.verdicts import ContextMeasures, Limits, context_finding
from patrolcast.numerics.random_streams import Stream, random_stream

SEED = 3
LIMITS = Limits(surrogates=99)


def small_city() -> PlaceTable:
    """Ninety cells in a rectangle; group b lives in waves from west to east, group c anywhere."""
    rng = np.random.default_rng(31)
    x, y = (part.ravel().astype(float) for part in np.meshgrid(np.arange(10), np.arange(9)))
    n = len(x)
    share = 0.5 + 0.2 * np.sin(x / 1.5) + 0.2 * rng.uniform(-1.0, 1.0, n)
    noise, counts = rng.uniform(size=n), rng.poisson(20, n).astype(float)
    context = {
        "copy": share + 0.05 * noise,
        "noise": noise,
        "gaps": np.where(share > np.quantile(share, 0.6), np.nan, rng.uniform(size=n)),
        "same": np.ones(n),
    }
    lag = counts + rng.normal(size=n)
    history = {
        "lag": lag,
        "tainted": counts * (0.2 + 2.0 * share),
        "late": np.where(x + y < 4.0, np.nan, lag),
        "never": np.zeros(n),
    }
    total = np.full(n, 1000.0)
    residents = {"group_b": share * total, "group_c": rng.uniform(0.1, 0.5, n) * total, "few": np.ones(n)}
    residents["even"] = 0.25 * total
    return PlaceTable(np.column_stack([x, y]), context, history, residents, total, counts, np.full(n, 0.5))


@pytest.fixture(scope="module")
def city() -> PlaceTable:
    return small_city()


@pytest.fixture(scope="module")
def screen(city: PlaceTable) -> ProxyScreen:
    return screen_proxies(city, LIMITS, seed=SEED)


def figures(one: GroupFinding) -> tuple[float | None, ...]:
    """Those that hang on no surrogate."""
    return (one.r, one.p, one.effective_n, one.detectable, one.conditional_r, one.conditional_p, one.unexplained,
            one.adversary_r2, one.conditional_r2, one.distance, one.bend)  # fmt: skip


MEASURED: dict[tuple[str, str], tuple[int, str, str, tuple[float | None, ...]]] = {
    ("copy", "group_b"): (2, "excluded", "values", (
        0.996246, 0.0, 15.111108, 0.514496, 0.996413, 0.0, 0.994938, 0.980775, 0.981136, 0.995136, -0.0413,
    )),
    ("copy", "group_c"): (2, "cleared", "values", (
        0.041747, 0.696034, 90.0, 0.210819, 0.04232, 0.692069, 0.04123, -0.021295, -0.019608, 0.111945, 0.025605,
    )),
    ("noise", "group_b"): (2, "cleared", "values", (
        -0.017689, 0.896663, 56.395944, 0.266321, 0.01157, 0.935721, 0.011295, -0.106045, -0.045854, 0.12258, -0.03669,
    )),
    ("noise", "group_c"): (2, "cleared", "values", (
        0.005474, 0.959162, 90.0, 0.210819, -0.048327, 0.651035, -0.046029, -0.03528, -0.032458, 0.13455, -0.084295,
    )),
    ("gaps", "group_b"): (2, "excluded", "gaps", (
        0.848581, 6e-06, 18.448633, 0.465637, 0.812776, 2e-05, 0.808262, 0.630755, 0.648314, 0.853196, 0.150748,
    )),
    ("gaps", "group_c"): (2, "cleared", "gaps", (
        -0.070715, 0.50777, 90.0, 0.210819, -0.066464, 0.533673, -0.064489, -0.016473, -0.009937, 0.075342, -0.023685,
    )),
    ("same", "group_b"): (2, "not measured", "values", (
        0.0, 1.0, 2.0, 1.0, 0.0, 1.0, None, None, None, None, None,
    )),
    ("same", "group_c"): (2, "not measured", "values", (
        0.0, 1.0, 2.0, 1.0, 0.0, 1.0, None, None, None, None, None,
    )),
    ("lag", "group_b"): (1, "cleared", "values", (
        0.037264, 0.774608, 61.507709, 0.255015, -0.043783, 0.718985, None, None, None, None, None,
    )),
    ("lag", "group_c"): (1, "cleared", "values", (
        0.082553, 0.4392, 90.0, 0.210819, 0.156488, 0.140773, None, None, None, None, None,
    )),
    ("tainted", "group_b"): (1, "excluded", "values", (
        0.764761, 0.0001, 19.667337, 0.45098, 0.988673, 0.0, None, None, None, None, None,
    )),
    ("tainted", "group_c"): (1, "cleared", "values", (
        0.055134, 0.605768, 90.0, 0.210819, 0.083662, 0.433059, None, None, None, None, None,
    )),
    ("late", "group_b"): (1, "underpowered", "values", (
        0.307566, 0.241941, 16.265448, 0.495903, 0.287753, 0.178846, None, None, None, None, None,
    )),
    ("late", "group_c"): (1, "cleared", "values", (
        0.096062, 0.396636, 80.0, 0.223607, 0.199367, 0.076233, None, None, None, None, None,
    )),
    ("never", "group_b"): (1, "not measured", "values", (
        0.0, 1.0, 2.0, 1.0, 0.0, 1.0, None, None, None, None, None,
    )),
    ("never", "group_c"): (1, "not measured", "values", (
        0.0, 1.0, 2.0, 1.0, 0.0, 1.0, None, None, None, None, None,
    )),
}  # fmt: skip


@pytest.mark.parametrize(("feature", "group"), MEASURED)
def test_the_figures_of_a_small_city_are_those_of_method_3(screen: ProxyScreen, feature: str, group: str) -> None:
    assert METHOD == "5"
    tier, verdict, column, expected = MEASURED[feature, group]
    (row,) = (row for row in screen.findings if row.feature == feature)
    (one,) = (one for one in row.groups if one.group == group)
    assert (row.tier, str(one.verdict), one.column) == (tier, verdict, column)
    assert figures(one) == pytest.approx(expected, abs=2e-6)


def test_what_stays_out_says_why_and_the_group_too_small_to_measure_is_named(screen: ProxyScreen) -> None:
    assert screen.not_measured == {"even": "the same share in every cell", "few": "fewer than 500 residents"}
    assert (screen.n_cells, screen.n_places, screen.joint.kept) == (90, 90, ("noise",))
    reasons = screen.excluded
    assert set(reasons) == {"copy", "gaps", "same", "tainted", "never"}
    assert reasons["same"] == reasons["never"] == "not measured: the same in every inhabited cell"
    assert reasons["gaps"].startswith("where it has no value: given the report rate ")
    p = "(p 0.01 among all tests)"
    assert reasons["tainted"] == f"r +0.99 with the share of group_b given the report rate {p}"


def test_together_the_features_are_tried_given_the_report_rate_and_dropped_until_nothing_is_given_away(
    city: PlaceTable,
) -> None:
    both = replace(city, residents={name: city.residents[name] for name in ("group_b", "group_c")})
    joint = screen_together(both, ["noise", "gaps"], LIMITS, seed=SEED)
    assert [test.group for test in joint.before] == ["group_b", "group_c"]
    assert [test.r2 for test in joint.before] == pytest.approx([0.591752, -0.094570], abs=2e-6)
    assert (joint.before[0].p, [drop.feature for drop in joint.drops]) == (pytest.approx(0.02), ["gaps"])
    assert joint.drops[0].deviance_lost == pytest.approx(0.059360, abs=2e-6)
    assert joint.kept == ("noise",)


def test_all_groups_are_turned_alike_and_alone_otherwise_than_together(
    city: PlaceTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One surrogate is one city made anew, so groups keep their ties; luck alone is no luck together."""
    drawn: list[tuple[int, object]] = []

    def recorded(values: np.ndarray, basis: np.ndarray, *, count: int, rng: np.random.Generator) -> np.ndarray:
        drawn.append((count, rng.bit_generator.state["state"]))
        return surrogates(values, basis, count=count, rng=rng)

    monkeypatch.setattr("patrolcast.features.proxies.screen.surrogates", recorded)
    groups = {name: city.residents[name] for name in ("group_b", "group_c")}
    small = replace(city, residents=groups, context={"noise": city.context["noise"]}, history={})
    limits = replace(LIMITS, surrogates=100)
    screen_alone(small, small, limits, seed=SEED)
    screen_together(small, ["noise"], limits, seed=SEED)
    alone, together = (
        random_stream(SEED, stream, 0).bit_generator.state["state"]
        for stream in (Stream.SCREEN_ALONE, Stream.SCREEN_TOGETHER)
    )
    assert drawn == [(100, alone)] * 2 + [(100, together)] * 2
    assert screen_history(small, limits, seed=SEED) == ()


def test_history_is_screened_with_the_surrogates_of_its_seed(city: PlaceTable) -> None:
    few = replace(city, residents={"group_b": city.residents["group_b"]}, history={"lag": city.history["lag"]})
    p = [screen_history(few, LIMITS, seed=seed)[0].worst.family_p for seed in (0, SEED, SEED)]
    assert p[0] == screen_history(few, LIMITS)[0].worst.family_p
    assert p[1] == p[2] != p[0]


def test_a_look_by_itself_counts_at_the_significance_over_the_number_of_groups(city: PlaceTable) -> None:
    """A correlation of .22 in 90 cells comes by chance once in 28 times: too seldom for one group, not for two."""
    share = city.shares["group_c"]
    z, e = ((values - values.mean()) / values.std() for values in (share, np.random.default_rng(5).uniform(size=90)))
    faint = 0.22 * z + (1 - 0.22**2) ** 0.5 * (e - z * (z * e).mean())
    small = replace(city, context={"faint": faint}, history={})
    verdicts = {}
    for names in (("group_c",), ("group_b", "group_c")):
        ground = replace(small, residents={name: city.residents[name] for name in names})
        (one,) = screen_alone(ground, ground, LIMITS, seed=SEED)
        last = one.groups[-1]
        assert 0.025 < last.conditional_p < 0.05
        assert abs(last.conditional_r) > LIMITS.conditional
        verdicts[len(names)] = str(last.verdict)
    assert verdicts == {1: "review", 2: "cleared"}


def test_a_part_of_the_city_counts_by_the_share_of_all_places_that_it_has(
    city: PlaceTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach: dict[str, float] = {}

    def recorded(group: str, column: str, measured: ContextMeasures, limits: Limits) -> GroupFinding:
        reach.update({tie.part: tie.reach for tie in measured.ties})
        return context_finding(group, column, measured, limits)

    monkeypatch.setattr("patrolcast.features.proxies.screen.context_finding", recorded)
    residents, context = {"group_b": city.residents["group_b"]}, {"noise": city.context["noise"]}
    small = replace(city, residents=residents, context=context)
    screen_alone(small, small, LIMITS, seed=SEED)
    halves = reach["in the western half"], reach["in the eastern half"]
    assert (reach[""], halves) == (1.0, (0.5, 0.5))
    assert all(0.4 <= part <= 1.0 for part in reach.values()), "a quarter of ninety is too few to look at"
