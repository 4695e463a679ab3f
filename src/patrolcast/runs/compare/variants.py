"""The configs of a comparison: read, checked to differ only in what may differ, and admitted, enforcement too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import ConfigError, UsageError
from patrolcast.domain.matrix import Admission, ComparisonPermit, ExcludedFeature
from patrolcast.domain.settings import Patrol, Settings
from patrolcast.features.enforcement import admit_for_comparison, enforcement_features
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.settings.stored_config import in_canonical_order
from patrolcast.runs.compare.change_words import describe_changes
from patrolcast.runs.pipeline.run import admit_features
from patrolcast.runs.screen.evidence import describe_stored_screen, excluded_by_screen

SAME = ("as_of", "incidents", "codebook", "residents", "shifts")
SAME_KEYS = (
    ("area", ("boundary", "districts", "district_column", "water", "timezone")),
    ("policy", ("excluded_offences",)),
    ("audit", ("reference", "least_residents")),
    ("model", ("maturity_days",)),
    ("patrol", ("minutes_per_district",)),
)
"""What every variant of a comparison must share: the same incidents, groups, nights and patrol budget."""
NOT_COMPARED = {("name",), ("title",), ("publish",), ("model", "threads"), ("model", "seed")}
"""Differences that are not part of what a variant is."""

ENFORCEMENT = "enforcement"
"""Category of officer-initiated records where a variant counts them."""


@dataclass(frozen=True)
class VariantConfig:
    """One variant as chosen: its name in the comparison, its config, what its policy admits.

    Attributes
    ----------
    changes : keys that differ from the first variant, with their values here.
    bound_by : which stored screen keeps features out, and whether it is of these cells and features.
    """

    name: str
    config: ConfigFile
    settings: Settings
    admission: Admission
    changes: dict[str, Any]
    bound_by: str = ""

    @property
    def patrol(self) -> Patrol:
        """How patrol is allocated; officer-initiated records, where counted, weigh as much as the least offence."""
        patrol = self.settings.patrol
        if not (self.settings.policy.comparison_counted and patrol.weights):
            return patrol
        least = min([1.0, *(weight for weight in patrol.weights.values() if weight > 0)])  # a category not named has 1
        return patrol.model_copy(update={"weights": {**patrol.weights, ENFORCEMENT: least}})

    @property
    def change_summary(self) -> str:
        """What it changes, in words."""
        return describe_changes(self.changes, self.settings)


def read_variants(paths: Sequence[Path], *, max_rows: int | None = None) -> tuple[VariantConfig, ...]:
    """Reads the variants; the first is the base.

    Parameters
    ----------
    max_rows : training rows at most, instead of each config's.

    Raises
    ------
    UsageError
        a config is named twice.
    ConfigError
        one line: a config that cannot be read, or a key in which variants may not differ.
    """
    if len({path.resolve() for path in paths}) < len(paths):
        raise UsageError("compare", got="a config twice", rule="variants must be different files")
    configs = [read_settings(path) for path in paths]
    settings = [_with_rows(in_canonical_order(config.settings), max_rows) for config in configs]
    for config, other in zip(configs[1:], settings[1:], strict=True):
        require_comparable(configs[0].path.name, settings[0], config.path.name, other)
    return tuple(
        VariantConfig(
            name,
            config,
            of_variant,
            admit_variant(of_variant, excluded_by_screen(config)),
            changes(configs[0].raw, config.raw),
            describe_stored_screen(config),
        )
        for name, config, of_variant in zip(short_names([path.stem for path in paths]), configs, settings, strict=True)
    )


def _with_rows(settings: Settings, max_rows: int | None) -> Settings:
    if max_rows is None:
        return settings
    return settings.model_copy(update={"model": settings.model.model_copy(update={"max_rows": max_rows})})


def require_comparable(first_file: str, first: Settings, file: str, other: Settings) -> None:
    """Refuses two configs that would not be measured on the same incidents, groups, nights and budget."""
    keys: list[tuple[tuple[str, ...], Any, Any]]
    keys = [((section,), getattr(first, section), getattr(other, section)) for section in SAME]
    for section, names in SAME_KEYS:
        of_first, of_other = getattr(first, section), getattr(other, section)
        keys += [((section, name), getattr(of_first, name), getattr(of_other, name)) for name in names]
    for key, first_value, other_value in keys:
        if first_value != other_value:
            raise ConfigError(
                f"{file}: {_format_key(key)}",
                got=f"another than in {first_file}",
                rule="variants are compared on the same incidents, groups, nights and patrol budget",
                cure="let both extend the same city and leave this key alone",
            )


def admit_variant(settings: Settings, screened_out: Mapping[str, str] | None = None) -> Admission:
    """The policy's admission; with ``comparison_only`` the enforcement features beside it, else named as excluded.

    Raises ConfigError when they are to be compared in a forecast that uses no features.
    """
    if settings.policy.comparison_only and settings.model.kind == "start":
        rule, cure = "officer-initiated records are compared as features of trees", "leave it out, or use auto"
        raise ConfigError("[model] kind", got="'start' beside comparison_only", rule=rule, cure=cure)
    policy = settings.policy.model_copy(update={"comparison_only": False})
    admission = admit_features(settings.model_copy(update={"policy": policy}), screened_out)
    if settings.policy.comparison_only:
        return admit_for_comparison(admission, ComparisonPermit(f"comparison of {settings.name}"))
    reason = "officer-initiated records never reach the model"
    out = tuple(ExcludedFeature(spec, "never_in_model", reason) for spec in enforcement_features())
    return Admission(admission.admitted, (*admission.excluded, *out))


def changes(first: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Keys in which a merged document differs from the first, dotted, with its value ("default" where it has none)."""
    return dict(_changes(first, other, ()))


def short_names(stems: Sequence[str]) -> list[str]:
    """Names without the prefix that all share, as long as something of each is left.

    >>> short_names(["sample_capped", "sample_coarse"])
    ['capped', 'coarse']
    """
    low, high = min(stems), max(stems)
    n = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), 0)
    return [stem[low[:n].rfind("_") + 1 :] for stem in stems]


def _changes(first: Mapping[str, Any], other: Mapping[str, Any], at: tuple[str, ...]) -> list[tuple[str, Any]]:
    changed: list[tuple[str, Any]] = []
    for name in sorted({*first, *other}):
        key, here, there = (*at, name), first.get(name), other.get(name)
        if key in NOT_COMPARED or here == there:
            continue
        if isinstance(here or {}, dict) and isinstance(there or {}, dict):
            # A table that is stated empty is on with its defaults; without it, it is off: that is a change too.
            inner = _changes(here or {}, there or {}, key)
            changed += inner or [(".".join(key), "off" if there is None else "on, as by default")]
        else:
            changed.append((".".join(key), "default" if there is None else there))
    return changed


def _format_key(key: tuple[str, ...]) -> str:
    return f"[{key[0]}]" if len(key) == 1 else f"[{key[0]}] {key[1]}"
