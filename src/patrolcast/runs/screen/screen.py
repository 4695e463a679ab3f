"""`screen`: measure every feature against the groups' shares; tell it as a document to store, and in plain lines."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from threadpoolctl import threadpool_limits

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.records import Progress
from patrolcast.domain.screening import FeatureFinding, ScreenVerdict
from patrolcast.features.proxies.joint import JointTest
from patrolcast.features.proxies.screen import METHOD, ProxyScreen, screen_proxies
from patrolcast.io import run_identity
from patrolcast.io.encode import iso_utc
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.settings.stored_config import in_canonical_order
from patrolcast.runs.load.city import load_city
from patrolcast.runs.screen.evidence import limits_of, policy_admission, screen_identity
from patrolcast.runs.screen.values import feature_values

DOCUMENT_VERSION = 2
LIMIT = "An association of areas says nothing about any individual."
_DIGITS = 4


@dataclass(frozen=True)
class MeasuredScreen:
    """What was found, and the document that is stored."""

    found: ProxyScreen
    document: dict[str, Any]

    @property
    def failed(self) -> bool:
        """True when the features that are left still give a group away together."""
        return bool(self.document["verdict"] == "failed")

    def lines(self) -> list[str]:
        """A table for the terminal, worst first, and the joint finding."""
        order = list(ScreenVerdict)
        listed = sorted(self.found.findings, key=lambda one: (order.index(one.verdict), -one.tier, one.feature))
        told = [f"{'feature':<24}{'verdict':<14}{'r':>6}{'given rate':>12}{'p':>8}{'eff. n':>8}  finding"]
        told += [_line(one) for one in listed]
        return [*told, *_joint_lines(self.found), LIMIT]


def measure_screen(config: ConfigFile, *, now: datetime, progress: Progress | None = None) -> MeasuredScreen:
    """Load the city as of the config's moment and measure; writes nothing.

    Raises
    ------
    DataRefusedError
        no residents in the config, or too few inhabited cells to measure anything.
    """
    progress, settings = progress or Progress(), in_canonical_order(config.settings)
    if settings.residents is None:
        rule = "the screen measures against residents by group"
        raise DataRefusedError("[residents]", got="nothing", rule=rule, cure="name a layer of census counts")
    city = load_city(settings, as_of=settings.as_of, now=now, progress=progress)
    with threadpool_limits(limits=1, user_api="blas"):
        ground = feature_values(city.tables, settings, as_of=city.as_of.astimezone(UTC), progress=progress)
        if ground is None:
            raise DataRefusedError("[residents]", got="no file", rule="the screen measures against residents by group")
        with progress.stage("screen"):
            try:
                found = screen_proxies(ground, limits_of(settings.screen), seed=settings.screen.seed)
            except ValueError as error:
                cure = "a finer [area] resolution, or a larger area"
                raise DataRefusedError("screen", got=str(error), cure=cure) from None
    return MeasuredScreen(found, screen_document(found, config, as_of=city.as_of))


def screen_document(found: ProxyScreen, config: ConfigFile, *, as_of: datetime) -> dict[str, Any]:
    """The stored evidence: what was measured on, every finding, and what the forecast must leave out."""
    return {
        "kind": "proxy screen",
        "document_version": DOCUMENT_VERSION,
        "method": METHOD,
        "name": config.settings.name,
        "as_of": iso_utc(as_of),
        **screen_identity(config, run_identity.input_files(config)),
        "verdict": _verdict(found, config.settings.screen.significance),
        "n_cells": found.n_cells,
        "n_places": found.n_places,
        "excluded": found.excluded,
        "not_screened": sorted(one.spec.name for one in policy_admission(config.settings).excluded),
        "features": [_feature(one) for one in found.findings],
        "joint": {
            "kept": list(found.joint.kept),
            "before": [_rounded(asdict(test)) for test in found.joint.before],
            "after": [_rounded(asdict(test)) for test in found.joint.after],
            "drops": [_rounded(asdict(drop)) for drop in found.joint.drops],
        },
        "limit": LIMIT,
    }


def _verdict(found: ProxyScreen, significance: float) -> str:
    if any(test.p <= significance for test in found.joint.after):
        return "failed"
    admitted = {one.verdict for one in found.findings if one.feature not in found.excluded}
    return "passed" if admitted <= {ScreenVerdict.CLEARED} else "passed with remarks"


def _feature(one: FeatureFinding) -> dict[str, Any]:
    worst = one.worst
    return {
        "feature": one.feature,
        "tier": one.tier,
        "verdict": str(one.verdict),
        "group": worst.group,
        "reason": worst.reason,
        "groups": [_rounded(asdict(group)) for group in one.groups],
    }


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    """Numbers to four digits: the same file on machines whose last digits differ."""
    return {
        name: float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else str(value) if _is_word(value) else value
        for name, value in values.items()
    }


def _is_word(value: object) -> bool:
    return isinstance(value, ScreenVerdict)


def _line(one: FeatureFinding) -> str:
    worst = one.worst
    numbers = f"{worst.r:>+6.2f}{worst.conditional_r:>+12.2f}{worst.conditional_p:>8.3f}{worst.effective_n:>8.0f}"
    return f"{one.feature:<24}{one.verdict:<14}{numbers}  {worst.reason}"


def _joint_lines(found: ProxyScreen) -> list[str]:
    if not found.joint.before:
        return ["joint: fewer than two features about places are left; nothing to screen together"]
    told = [f"joint, {len(found.joint.kept) + len(found.joint.drops)} features: {_test_told(found.joint.before)}"]
    for drop in found.joint.drops:
        told.append(f"joint: {drop.feature} dropped; {drop.leak_removed:.2f} of the leak goes with it")
    if found.joint.drops and found.joint.after:
        told.append(f"joint, {len(found.joint.kept)} features left: {_test_told(found.joint.after)}")
    return told


def _test_told(tests: tuple[JointTest, ...]) -> str:
    worst = min(tests, key=lambda one: (one.p, -one.r2))
    return f"an adversary tells the share of {worst.group} with R2 {max(worst.r2, 0.0):.2f}, p {worst.p:.2g}"
