"""`screen`: measure every feature against the groups' shares, as a stored document and as lines for the terminal."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from patrolcast.domain.counted import counted
from patrolcast.domain.errors import ConfigError, DataRefusedError
from patrolcast.domain.matrix import OF_THE_SHIFT, Admission
from patrolcast.domain.records import Progress
from patrolcast.domain.screening import FeatureFinding, ScreenVerdict
from patrolcast.domain.settings import Settings
from patrolcast.domain.tables import CityTables
from patrolcast.features.catalogue import is_history
from patrolcast.features.matrix import category_matrices
from patrolcast.features.proxies.blocks import PlaceTable
from patrolcast.features.proxies.joint import JointTest
from patrolcast.features.proxies.screen import METHOD, ProxyScreen, screen_proxies
from patrolcast.features.rows import dense_rows
from patrolcast.grid.cells import centres_xy_m
from patrolcast.grid.panel import Panel
from patrolcast.io import hashing, run_identity
from patrolcast.io.encode import iso_utc
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.settings.stored_config import in_canonical_order
from patrolcast.io.store.binding import FILES
from patrolcast.io.store.evidence import sealed, write_evidence
from patrolcast.numerics.arrays import FloatArray
from patrolcast.runs.load.city import load_city
from patrolcast.runs.pipeline.counted import Grid, build_grid, count_incidents
from patrolcast.runs.pipeline.inputs import category_inputs
from patrolcast.runs.pipeline.residents import residents_of_cells
from patrolcast.runs.pipeline.run import admit_features, panel_inputs
from patrolcast.runs.pipeline.windows import plan_windows
from patrolcast.runs.screen.evidence import limits_of, policy_admission, screen_identity

DOCUMENT_VERSION = 3
LIMIT = "An association of areas says nothing about any individual."
_DIGITS = 4
LEAST_NAMED_SHARE = 0.9
"""Of the residents who must be of a named group. A tenth is left for people of several races and small groups; the
shipped configs leave up to a twentieth."""


@dataclass(frozen=True)
class MeasuredScreen:
    """The findings, and the document that is stored."""

    result: ProxyScreen
    document: dict[str, Any]

    @property
    def failed(self) -> bool:
        """True when the features that are left still give a group away together."""
        return bool(self.document["verdict"] == "failed")

    def lines(self) -> list[str]:
        """A table for the terminal, worst first, and the joint finding."""
        order = list(ScreenVerdict)
        findings = sorted(self.result.findings, key=lambda row: (order.index(row.verdict), -row.tier, row.feature))
        head = f"{'feature':<24}{'verdict':<14}{'r':>6}{'given rate':>12}{'p':>8}{'eff. n':>8}  finding"
        small = [f"against {group}: not measured, {why}" for group, why in sorted(self.result.not_measured.items())]
        return [head, *(_line(finding) for finding in findings), *small, *_joint_lines(self.result), LIMIT]


def measure_screen(config: ConfigFile, *, now: datetime, progress: Progress | None = None) -> MeasuredScreen:
    """Load the city as of the config's moment and measure; writes nothing.

    Raises DataRefusedError: no residents in the config, or too few inhabited cells to measure anything.
    """
    progress, settings = progress or Progress(), in_canonical_order(config.settings)
    if settings.residents is None:
        rule = "the screen measures against residents by group"
        raise DataRefusedError("[residents]", got="nothing", rule=rule, cure="name a layer of census counts")
    city = load_city(settings, as_of=settings.as_of, now=now, progress=progress)
    with threadpool_limits(limits=1, user_api="blas"):
        values = feature_values(city.tables, settings, as_of=city.as_of.astimezone(UTC), progress=progress)
        if values is None:
            raise DataRefusedError("[residents]", got="no file", rule="the screen measures against residents by group")
        _require_all_named(values)
        with progress.stage("screen"):
            try:
                result = screen_proxies(values, limits_of(settings), seed=seed_of_surrogates(config))
            except ValueError as error:
                cure = "a finer [area] resolution, or a larger area"
                raise DataRefusedError("screen", got=str(error), cure=cure) from None
    return MeasuredScreen(result, screen_document(result, config, as_of=city.as_of))


def _require_all_named(values: PlaceTable) -> None:
    """Refuses a screen that would not look for stand-ins for a part of the residents: a group that nobody names.

    Who is of two groups counts twice in the sum, which is then too high.
    """
    named = sum(count.sum() for count in values.residents.values())
    if (share := named / max(float(values.total.sum()), 1.0)) < LEAST_NAMED_SHARE - 1e-9:
        got = f"groups that hold {100 * share:.0f} % of the residents"
        rule = f"at least {100 * LEAST_NAMED_SHARE:g} % of the residents are of a named group"
        raise DataRefusedError("[residents] groups", got=got, rule=rule, cure="name the other groups too")


def seed_of_surrogates(config: ConfigFile) -> int:
    """Seed of the screen's surrogates, 0 .. 2^64 - 1: from `[screen] seed` and the bytes of every place layer.

    Were it the config's number alone, the surrogates would be known before the layers are made. A few further layers
    that each equal one of them would then be the largest tie of as many surrogate cities, and no layer, whatever its
    tie to a group, would be beyond chance. The order and the names of the layers do not matter.
    """
    layers = run_identity.input_files(config, sections=frozenset({"places"}))
    return int(hashing.digest(config.settings.screen.seed, sorted(layer.sha256 for layer in layers))[:16], 16)


def screen_document(result: ProxyScreen, config: ConfigFile, *, as_of: datetime) -> dict[str, Any]:
    """The evidence to store: what it was measured on, every finding, and what the forecast must leave out."""
    return {
        "kind": "proxy screen",
        "document_version": DOCUMENT_VERSION,
        "method": METHOD,
        "name": config.settings.name,
        "as_of": iso_utc(as_of),
        **screen_identity(config, run_identity.input_files(config, sections=FILES)),
        "verdict": _verdict(result, config.settings.screen.significance),
        "n_cells": result.n_cells,
        "n_places": result.n_places,
        "excluded": result.excluded,
        "groups_not_measured": result.not_measured,
        "not_screened": sorted(decision.spec.name for decision in policy_admission(config.settings).excluded),
        "features": [_feature(finding) for finding in result.findings],
        "joint": {
            "kept": list(result.joint.kept),
            "before": [_rounded(asdict(test)) for test in result.joint.before],
            "after": [_rounded(asdict(test)) for test in result.joint.after],
            "drops": [_rounded(asdict(drop)) for drop in result.joint.drops],
        },
        "limit": LIMIT,
    }


def _verdict(result: ProxyScreen, significance: float) -> str:
    if any(test.p <= significance for test in result.joint.after):
        return "failed"
    admitted = {finding.verdict for finding in result.findings if finding.feature not in result.excluded}
    return "passed" if admitted <= {ScreenVerdict.CLEARED} else "passed with remarks"


def _feature(finding: FeatureFinding) -> dict[str, Any]:
    worst = finding.worst
    return {
        "feature": finding.feature,
        "tier": finding.tier,
        "verdict": str(finding.verdict),
        "group": worst.group,
        "reason": worst.reason,
        "groups": [_rounded(asdict(group)) for group in finding.groups],
    }


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    """Numbers to four digits: the same file on machines whose last digits differ."""
    return {
        name: float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else str(value) if _is_word(value) else value
        for name, value in values.items()
    }


def _is_word(value: object) -> bool:
    return isinstance(value, ScreenVerdict)


def _line(finding: FeatureFinding) -> str:
    worst = finding.worst
    numbers = f"{worst.r:>+6.2f}{worst.conditional_r:>+12.2f}{worst.conditional_p:>8.3f}{worst.effective_n:>8.0f}"
    return f"{finding.feature:<24}{finding.verdict:<14}{numbers}  {worst.reason}"


def _joint_lines(result: ProxyScreen) -> list[str]:
    if not result.joint.before:
        return ["joint: no feature about places is left; nothing to screen together"]
    tested = counted(len(result.joint.kept) + len(result.joint.drops), "feature")
    lines = [f"joint, {tested}: {_strongest(result.joint.before)}"]
    for drop in result.joint.drops:
        lines.append(f"joint: {drop.feature} dropped; {drop.leak_removed:.2f} of the leak goes with it")
    if result.joint.drops and result.joint.after:
        lines.append(f"joint, {counted(len(result.joint.kept), 'feature')} left: {_strongest(result.joint.after)}")
    return lines


def _strongest(tests: tuple[JointTest, ...]) -> str:
    worst = min(tests, key=lambda test: (test.p, -test.r2))
    return f"an adversary predicts the share of {worst.group} with R2 {max(worst.r2, 0.0):.2f}, p {worst.p:.2g}"


def feature_values(tables: CityTables, settings: Settings, *, as_of: datetime, progress: Progress) -> PlaceTable | None:
    """Everything that the screen measures, cell by cell; None without residents.

    Every feature that the policy would admit is included, but for those that are the same in every cell by construction
    (:data:`OF_THE_SHIFT`): those built from the counted incidents as history, all others as context. Gaps stay gaps. A
    feature's value in a cell is its mean over the categories and the shifts of the horizon; of one that differs between
    shifts of the day, its means over each of them stand beside it.
    """
    with progress.stage("grid"):
        grid = build_grid(tables, settings)
        residents = residents_of_cells(tables, settings, grid.cells)
    if residents is None or settings.residents is None:
        return None
    with progress.stage("panel"):
        panel = count_incidents(tables, grid, settings, as_of=as_of)
    admission = admit_features(settings)
    values = _values(panel, grid, admission, settings, as_of=as_of, progress=progress)
    specs = {decision.spec.name: decision.spec for decision in admission.admitted}
    return PlaceTable(
        xy=centres_xy_m(grid.cells),
        context={name: column for name, column in values.items() if not is_history(specs[name])},
        history={name: column for name, column in values.items() if is_history(specs[name])},
        residents={name: residents[name].to_numpy(dtype=np.float64) for name in settings.residents.groups},
        total=residents["total"].to_numpy(dtype=np.float64),
        counts=np.bincount(panel.cell, minlength=panel.n_cells).astype(np.float64),
        area=grid.cells["area_km2"].to_numpy(dtype=np.float64),
    )


def _values(
    panel: Panel, grid: Grid, admission: Admission, settings: Settings, *, as_of: datetime, progress: Progress
) -> dict[str, FloatArray]:
    """Name -> ``[n_cells]``, or ``[n_cells, 1 + n_slots]`` of what differs between the slots of the day."""
    plan = plan_windows(panel, settings.model, as_of=as_of, n_slots=len(settings.shifts.starts))
    shared = panel_inputs(panel, grid, settings, first_day=plan.first_day)
    rows = dense_rows(plan.horizon.shifts, plan.horizon.origins, None, n_cells=panel.n_cells)
    slot = shared.calendar["slot"].to_numpy()[rows.shift].reshape(-1, panel.n_cells)[:, 0]
    slots = np.unique(slot)
    summed = np.zeros((len(slots), panel.n_cells, len(admission.admitted)))
    for code in range(len(panel.categories)):
        progress.step("features", code, len(panel.categories))
        category, _ = category_inputs(code, panel, shared, grid.kernels, None, plan)
        matrix = category_matrices(shared, category, admission, [rows])[0].values
        by_shift = matrix.reshape(-1, panel.n_cells, matrix.shape[1])
        summed += np.stack([by_shift[slot == value].mean(axis=0, dtype=np.float64) for value in slots])
    progress.step("features", len(panel.categories), len(panel.categories))
    mean = summed / len(panel.categories)
    specs = [decision.spec for decision in admission.admitted]
    return {
        spec.name: _by_slot(mean[:, :, i])
        for i, spec in enumerate(specs)
        if spec.family not in OF_THE_SHIFT or _varies(mean[:, :, i])
    }


def _by_slot(values: FloatArray) -> FloatArray:
    """``[n_slots, n_cells]`` as ``[n_cells]``, or with the mean first and every slot beside it where they differ."""
    mean = values.mean(axis=0)
    if np.array_equal(np.nanmin(values, axis=0), np.nanmax(values, axis=0), equal_nan=True):
        return values[0]
    return np.column_stack([mean, *values])


def _varies(values: FloatArray) -> bool:
    """Whether any slot's values ``[n_slots, n_cells]`` differ between cells."""
    return not np.array_equal(values, np.broadcast_to(values[:, :1], values.shape), equal_nan=True)


def write_screen(config: ConfigFile, *, now: datetime, progress: Progress | None = None) -> tuple[MeasuredScreen, Path]:
    """Measures the screen of a config and stores it.

    Raises ConfigError: the config uses the screen that another config stores: nothing is measured or written.
    """
    name, stored_for = config.settings.name, config.settings.screen.stored_for
    if stored_for not in {None, name}:
        rule = "a config writes its own screen only"
        cure = f"screen the config named {stored_for}, or set [screen] stored_for = {name!r} here"
        raise ConfigError("[screen] stored_for", got=repr(stored_for), rule=rule, cure=cure)
    measured = measure_screen(config, now=now, progress=progress)
    measured = replace(measured, document=sealed(config, "screen", measured.document))
    return measured, write_evidence(config, "screen", measured.document)
