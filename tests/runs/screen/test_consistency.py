"""A stored screen that contradicts itself is found, also where somebody sealed it anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.runs.peopled_city import write_peopled_city
from tests.runs.planted import screen_document

from patrolcast.features.proxies.verdicts import Limits
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.runs.screen.consistency import contradiction_in

Document = dict[str, Any]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> ConfigFile:
    return read_settings(write_peopled_city(tmp_path_factory.mktemp("peopled")))


def test_a_screen_that_nobody_touched_agrees_with_itself(config: ConfigFile) -> None:
    assert contradiction_in(screen_document(config), config.settings, Limits()) == ""


def every_verdict(document: Document, feature: int, verdict: str) -> None:
    row = document["features"][feature]
    row.update(verdict=verdict)
    for finding in row["groups"]:
        finding.update(verdict=verdict)


def all_but_the_figures(document: Document) -> None:
    """A proxy made harmless in every word, its figures left as they were."""
    every_verdict(document, 0, "cleared")
    document["excluded"].clear()
    document["joint"]["kept"].append("place_canopy")


def history_let_in(document: Document) -> None:
    """A feature of the records with a tie that excludes it, called cleared."""
    findings = [{**one, "conditional_r": 0.4, "family_p": 0.01} for one in document["features"][1]["groups"]]
    row = {**document["features"][1], "feature": "decayed_28d", "tier": 1, "groups": findings}
    document["features"].append(row | {"reason": findings[0]["reason"]})


EDITS: dict[str, tuple[Callable[[Document], object], str]] = {
    "exclusion taken out": (
        lambda d: d["excluded"].clear(),
        "place_canopy measured as excluded and not kept out",
    ),
    "exclusion put in": (
        lambda d: d["excluded"].update(place_bars="no reason"),
        "place_bars kept out and not measured as excluded",
    ),
    "verdict of a feature": (
        lambda d: d["features"][0].update(verdict="cleared"),
        "place_canopy is cleared, and the worst finding for a group is excluded",
    ),
    "verdict of a feature and its groups, exclusion left": (
        lambda d: every_verdict(d, 0, "cleared"),
        "place_canopy kept out and not measured as excluded",
    ),
    "group of a feature": (
        lambda d: d["features"][0].update(group="group_a"),
        "place_canopy is excluded, and the worst finding for a group is excluded",
    ),
    "reason of a feature": (lambda d: d["features"][0].update(reason="fine"), "place_canopy gives another reason"),
    "verdict of the whole": (
        lambda d: d.update(verdict="passed with remarks"),
        "its verdict is 'passed with remarks', and 'passed' follows from its findings",
    ),
    "a joint test that fails": (
        lambda d: d["joint"]["after"][0].update(p=0.001),
        "its verdict is 'passed', and 'failed' follows from its findings",
    ),
    "a review that is not said": (
        lambda d: every_verdict(d, 1, "review"),
        "its verdict is 'passed', and 'passed with remarks' follows from its findings",
    ),
    "a joint drop not kept out": (
        lambda d: d["joint"]["drops"].append({"feature": "place_bars", "p_before": 0.01}),
        "place_bars measured as excluded and not kept out",
    ),
    "kept together and kept out": (
        lambda d: d["joint"]["kept"].append("place_canopy"),
        "in the joint test, and kept out",
    ),
    "kept together, never measured": (
        lambda d: d["joint"]["kept"].append("place_moon"),
        "place_moon in the joint test",
    ),
    "a feature twice": (lambda d: d["features"].append(d["features"][0]), "it names no feature, or one twice"),
    "no feature": (lambda d: d["features"].clear(), "it names no feature, or one twice"),
    "a group that nobody lives in": (
        lambda d: d["features"][0]["groups"][1].update(group="group_z"),
        "place_canopy is measured for no group, or for one twice or unknown",
    ),
    "a group left out": (
        lambda d: d["features"][1]["groups"].pop(),
        "place_bars is not measured against group_a",
    ),
    "no group": (lambda d: d["features"][0]["groups"].clear(), "place_canopy is measured for no group"),
    "measured and not screened": (lambda d: d["not_screened"].append("place_bars"), "both measured and not screened"),
    "more places than cells": (lambda d: d.update(n_places=101), "101 places in 100 cells"),
    "half a cell": (lambda d: d.update(n_cells=100.5), "n_cells is 100.5"),
    "a correlation above 1": (lambda d: d["features"][0]["groups"][0].update(r=1.4), "r is 1.4"),
    "a p above 1": (lambda d: d["features"][0]["groups"][0].update(conditional_p=1.4), "conditional_p is 1.4"),
    "a p below 0": (lambda d: d["joint"]["after"][0].update(p=-0.1), "p is -0.1"),
    "an R2 above 1": (lambda d: d["features"][0]["groups"][0].update(adversary_r2=1.4), "adversary_r2 is 1.4"),
    "a figure without end": (
        lambda d: d["features"][0]["groups"][0].update(effective_n=float("inf")),
        "effective_n is inf",
    ),
    "a figure below nothing": (lambda d: d["features"][0]["groups"][0].update(effective_n=-4.0), "effective_n is -4"),
    "a place layer as history": (
        lambda d: d["features"][1].update(tier=1),
        "place_bars in another tier than the feature belongs to",
    ),
    "history as a place": (
        lambda d: d["features"].append({**d["features"][1], "feature": "decayed_28d"}),
        "decayed_28d in another tier than the feature belongs to",
    ),
    "no joint test": (lambda d: d.pop("joint"), "it lacks its findings"),
    "words for features": (lambda d: d.update(features="all of them"), "it lacks its findings"),
    "the deciding group left out": (
        lambda d: d["features"][0].update(group="group_c"),
        "place_canopy names 'group_c', for which it has no finding",
    ),
    "a layer that the joint test left out": (
        lambda d: d["joint"].update(kept=["place_stops"]),
        "place_bars in the joint test or left on their own, but not both",
    ),
    "a leak that nothing was dropped for": (
        lambda d: d["joint"].update(before=[{**d["joint"]["before"][0], "p": 0.02}]),
        "its joint test drops a feature, or none, against what it found before",
    ),
    "another test after no drop": (
        lambda d: d["joint"].update(after=[{**d["joint"]["before"][0], "p": 0.3}]),
        "its joint test changed although nothing was dropped",
    ),
    "a proxy taken out": (
        lambda d: (d["features"].pop(0), d["excluded"].clear()),
        "place_canopy neither measured nor named as not screened",
    ),
    "a proxy called cleared everywhere": (
        all_but_the_figures,
        "place_canopy is cleared for group_b, and by its own figures at least review",
    ),
    "too few effective cells to clear anything": (
        lambda d: d["features"][1]["groups"][0].update(effective_n=40.0),
        "place_bars is cleared for group_b, and by its own figures at least underpowered",
    ),
    "an adversary that tells the share": (
        lambda d: d["features"][1]["groups"][1].update(conditional_r2=0.4),
        "place_bars is cleared for group_a, and by its own figures at least review",
    ),
    "history that goes with a group": (
        history_let_in,
        "decayed_28d is cleared for group_b, and by its own figures at least excluded",
    ),
    "a figure taken out": (lambda d: d["features"][1]["groups"][0].pop("shape_p"), "it lacks its findings"),
    "an unknown verdict": (lambda d: d["features"][1]["groups"][0].update(verdict="splendid"), "it lacks its findings"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_each_contradiction_is_named(config: ConfigFile, edit: str) -> None:
    document = screen_document(config)
    change, words = EDITS[edit]
    change(document)
    found = contradiction_in(document, config.settings, Limits())
    assert words in found
    assert "\n" not in found
