"""The document of a screen and its lines, from findings made by hand; what they are made of is tested in features."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from benchmarks.cities.proxies import ROUGH, proxy_city, proxy_feature
from tests.features.proxies.grounds import LIMITS, ground_of
from tests.runs.peopled_city import write_peopled_city
from tests.runs.tiny_city import NOW

from patrolcast import __version__
from patrolcast.domain.errors import ConfigError, DataRefusedError
from patrolcast.domain.records import Progress
from patrolcast.domain.screening import FeatureFinding, GroupFinding, ScreenVerdict
from patrolcast.features.proxies.joint import Drop, JointScreen, JointTest
from patrolcast.features.proxies.screen import METHOD, ProxyScreen, screen_alone
from patrolcast.features.proxies.surrogates import spectral_basis, surrogates
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store.evidence import evidence_path
from patrolcast.numerics.random_streams import Stream, random_stream
from patrolcast.runs.load.city import load_city
from patrolcast.runs.screen import screen as measured_by
from patrolcast.runs.screen.screen import (
    LIMIT,
    MeasuredScreen,
    feature_values,
    measure_screen,
    screen_document,
    seed_of_surrogates,
    write_screen,
)

AS_OF = datetime(2026, 3, 1, 6, tzinfo=UTC)
SIGNIFICANCE = 0.05  # of [screen], the default


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> ConfigFile:
    return read_settings(write_peopled_city(tmp_path_factory.mktemp("peopled")))


def finding(feature: str, verdict: ScreenVerdict, *, tier: int = 2, r: float = 0.123456) -> FeatureFinding:
    group = GroupFinding("group_b", verdict, f"{verdict} because", r, 0.5, 40.0, 0.3, r / 2, 0.5)
    return FeatureFinding(feature, tier, (group,))


def joint_test(p: float, *, r2: float = 0.4, group: str = "group_b") -> JointTest:
    return JointTest(group, r2, 0.05, 1.0, 1.2, p, True)


def result(
    *findings: FeatureFinding, before: float = 0.9, after: float = 0.9, drops: tuple[Drop, ...] = ()
) -> ProxyScreen:
    joint = JointScreen((joint_test(before),), (joint_test(after),), drops, ("place_bars",))
    return ProxyScreen(findings, joint, 200, 190)


CLEARED = finding("place_bars", ScreenVerdict.CLEARED)
EXCLUDED = finding("place_canopy", ScreenVerdict.EXCLUDED)
DROP = Drop("place_age", "group_b", 0.01, 0.25, 0.0)


def verdict(config: ConfigFile, screen: ProxyScreen) -> str:
    return str(screen_document(screen, config, as_of=AS_OF)["verdict"])


@pytest.mark.parametrize("word", list(ScreenVerdict))
def test_only_cleared_features_pass_without_remarks_and_an_excluded_one_is_out(
    config: ConfigFile, word: ScreenVerdict
) -> None:
    silent = {ScreenVerdict.CLEARED, ScreenVerdict.EXCLUDED, ScreenVerdict.NOT_MEASURED}
    wanted = "passed" if word in silent else "passed with remarks"
    assert verdict(config, result(CLEARED, finding("place_stops", word))) == wanted


def test_what_is_left_together_decides_and_p_at_the_limit_fails(config: ConfigFile) -> None:
    assert verdict(config, result(CLEARED, after=SIGNIFICANCE)) == "failed"
    assert verdict(config, result(CLEARED, after=SIGNIFICANCE + 1e-9)) == "passed"
    assert verdict(config, result(CLEARED, before=0.001, after=0.9, drops=(DROP,))) == "passed", "before is no failure"
    two = result(CLEARED)
    two = replace(two, joint=replace(two.joint, after=(joint_test(0.9), joint_test(0.01, group="group_a"))))
    assert verdict(config, two) == "failed", "one group is enough"


def test_a_dropped_feature_is_excluded_and_its_own_verdict_is_no_remark(config: ConfigFile) -> None:
    dropped = finding("place_age", ScreenVerdict.REVIEW)
    document = screen_document(result(CLEARED, dropped, EXCLUDED, drops=(DROP,)), config, as_of=AS_OF)
    assert document["verdict"] == "passed"
    assert document["excluded"] == {
        "place_canopy": "excluded because",
        "place_age": "with other features or the report rate it gives away the share of group_b (p 0.01)",
    }


def test_the_document_says_what_it_was_measured_on_and_rounds_to_four_digits(config: ConfigFile) -> None:
    document = screen_document(result(CLEARED, EXCLUDED), config, as_of=AS_OF)
    assert (document["kind"], document["document_version"], document["method"]) == ("proxy screen", 3, METHOD)
    assert (document["name"], document["as_of"], document["patrolcast"]) == (
        "tiny",
        "2026-03-01T06:00:00Z",
        __version__,
    )
    assert (document["n_cells"], document["n_places"], document["limit"]) == (200, 190, LIMIT)
    bound = document["bound_to"]
    assert bound["name"] == "tiny"
    measured_on = ("code", "area", "incidents", "codebook", "residents", "places", "shifts", "features", "model")
    assert all(len(bound[part]) == 64 for part in (*measured_on, "screen", "audit"))
    first = document["features"][0]
    assert [first[key] for key in ("feature", "tier", "verdict", "group", "reason")] == [
        "place_bars", 2, "cleared", "group_b", "cleared because",
    ]  # fmt: skip
    assert (first["groups"][0]["r"], first["groups"][0]["verdict"]) == (0.1235, "cleared")
    assert not set(document["not_screened"]) & {row["feature"] for row in document["features"]}


def test_what_was_not_measured_is_kept_out_and_a_group_that_was_not_is_named(config: ConfigFile) -> None:
    unmeasured = finding("place_shade", ScreenVerdict.NOT_MEASURED)
    screen = replace(result(CLEARED, unmeasured), not_measured={"group_a": "fewer than 500 residents"})
    document = screen_document(screen, config, as_of=AS_OF)
    assert document["excluded"] == {"place_shade": "not measured because"}
    assert document["groups_not_measured"] == {"group_a": "fewer than 500 residents"}
    assert document["verdict"] == "passed"
    assert "against group_a: not measured, fewer than 500 residents" in MeasuredScreen(screen, document).lines()


def test_lines_for_the_terminal_come_worst_first_and_end_with_what_the_screen_cannot_say(config: ConfigFile) -> None:
    screen = result(
        CLEARED, finding("reports_7d", ScreenVerdict.CLEARED, tier=1), EXCLUDED, before=0.001, drops=(DROP,)
    )
    measured = MeasuredScreen(screen, screen_document(screen, config, as_of=AS_OF))
    assert not measured.failed
    assert measured.lines() == [
        "feature                 verdict            r  given rate       p  eff. n  finding",
        "place_canopy            excluded       +0.12       +0.06   0.500      40  excluded because",
        "place_bars              cleared        +0.12       +0.06   0.500      40  cleared because",
        "reports_7d              cleared        +0.12       +0.06   0.500      40  cleared because",
        "joint, 2 features: an adversary predicts the share of group_b with R2 0.40, p 0.001",
        "joint: place_age dropped; 0.25 of the leak goes with it",
        "joint, 1 feature left: an adversary predicts the share of group_b with R2 0.40, p 0.9",
        "An association of areas says nothing about any individual.",
    ]


def test_too_few_features_are_said_not_to_be_screened_together(config: ConfigFile) -> None:
    screen = ProxyScreen((CLEARED,), JointScreen((), (), (), ("place_bars",)), 200, 190)
    lines = MeasuredScreen(screen, screen_document(screen, config, as_of=AS_OF)).lines()
    assert lines[-2] == "joint: no feature about places is left; nothing to screen together"


def test_a_variant_never_overwrites_the_screen_of_another(tmp_path: Path) -> None:
    config = write_peopled_city(tmp_path)
    config.write_text(config.read_text() + '[screen]\nstored_for = "another"\n')
    read = read_settings(config)
    with pytest.raises(ConfigError) as error:
        write_screen(read, now=NOW)
    assert str(error.value) == (
        "[screen] stored_for: got 'another'; a config writes its own screen only; "
        "screen the config named another, or set [screen] stored_for = 'tiny' here"
    )
    assert not evidence_path(read, "screen").exists()


def test_a_layer_that_declares_citizens_as_its_origin_is_measured_as_a_place_all_the_same(tmp_path: Path) -> None:
    path = write_peopled_city(tmp_path)
    path.write_text(path.read_text().replace("[places.canopy]", '[places.canopy]\nprovenance = "citizen"'))
    settings = read_settings(path).settings
    city = load_city(settings, as_of=settings.as_of, now=NOW)
    values = feature_values(city.tables, settings, as_of=city.as_of.astimezone(UTC), progress=Progress())
    assert values is not None
    assert {name for name in values.context if name.startswith("place_")} == {
        f"place_{name}" for name in settings.places
    }
    assert not any(name.startswith("place_") for name in values.history)
    assert "decayed_365d" in values.history


def test_the_surrogates_of_a_screen_follow_from_its_number_and_from_every_byte_of_its_layers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_peopled_city(tmp_path)
    text, first = path.read_text(), seed_of_surrogates(read_settings(path))
    used: list[int] = []

    def never_measured(*_: object, seed: int) -> ProxyScreen:
        used.append(seed)
        raise ValueError("enough")

    monkeypatch.setattr(measured_by, "screen_proxies", never_measured)
    with pytest.raises(DataRefusedError, match="enough"):
        measure_screen(read_settings(path), now=NOW)
    assert used == [first] != [read_settings(path).settings.screen.seed]
    path.write_text(text.replace("[places.canopy]", "[places.another_name]"))
    assert seed_of_surrogates(read_settings(path)) == first
    path.write_text(text + "\n[screen]\nseed = 8\n")
    assert seed_of_surrogates(read_settings(path)) != first
    path.write_text(text)
    canopy = tmp_path / "data" / "canopy.geojson"
    canopy.write_text(canopy.read_text() + " ")
    assert seed_of_surrogates(read_settings(path)) != first


def test_layers_made_to_equal_the_surrogates_of_a_number_hide_no_proxy(config: ConfigFile) -> None:
    """Each is the largest tie of one surrogate city, so that three of 99 put every p above the limit."""
    rng, number = np.random.default_rng([61, 0]), config.settings.screen.seed
    city = proxy_city(rng, n_rings=8)
    turned = random_stream(number, Stream.SCREEN_ALONE, 0)
    chance = surrogates(city.share, spectral_basis(city.xy), count=LIMITS.surrogates, rng=turned)
    shades = {f"shade_{i}": chance[:, i] for i in range(3)}
    ground = ground_of(city, {"canopy": proxy_feature(rng, city, strength=0.9, smoothness=ROUGH)} | shades)
    by_number, by_layers = (
        screen_alone(ground, ground, LIMITS, seed=seed)[0].verdict for seed in (number, seed_of_surrogates(config))
    )
    assert by_number == ScreenVerdict.REVIEW  # as it would be, were the number alone the seed
    assert by_layers == ScreenVerdict.EXCLUDED


def test_a_group_that_nobody_names_is_not_left_out_of_the_screen(tmp_path: Path) -> None:
    path = write_peopled_city(tmp_path)
    both = 'groups = { group_a = "group_a", group_b = "group_b" }'
    path.write_text(path.read_text().replace(both, 'groups = { group_a = "group_a" }'))
    with pytest.raises(DataRefusedError, match=r"groups that hold \d\d % of the residents.*name the other groups too"):
        measure_screen(read_settings(path), now=NOW)
