"""The policy's gate: which declared features may become columns, and by which rule the others stay out.

The rules are tried in order; the first that excludes a feature is recorded:

1. ``never_in_model``: officer-initiated, census and unknown provenance; no policy can lift this.
2. ``excluded_provenance``: provenance that the config excludes.
3. ``excluded_by_name``: features that the config names (patterns with ``*``).
4. ``screen``: features that the measured screen found to stand in for a group's share (`features/proxies/screen`), or
   of which it says nothing, though they are about places.
"""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from patrolcast.domain.errors import ConfigError, shown
from patrolcast.domain.matrix import OF_THE_SHIFT, Admission, AdmittedFeature, ExcludedFeature, FeatureSpec
from patrolcast.domain.provenance import NEVER_IN_MODEL, Provenance

NOT_SCREENED = "not screened: no stored screen of this config holds"
"""Of a feature that differs from cell to cell and that no screen speaks of."""


def admit(
    specs: Sequence[FeatureSpec],
    *,
    excluded_provenance: Collection[Provenance],
    excluded_features: Sequence[str],
    reason: str,
    screened_out: Mapping[str, str] | None = None,
    screened_in: Mapping[str, str] | None = None,
    waived: Collection[str] = (),
) -> Admission:
    """Decides for every declared feature.

    Raises ConfigError when an exclusion or a waiver names no feature, or when no feature is left.

    Parameters
    ----------
    specs : the catalogue.
    excluded_features : names or patterns from the config; one that matches nothing is an error, so that a misspelled
        exclusion cannot pass for an exclusion.
    reason : the agency's reason, recorded with exclusions by name.
    screened_out : feature -> finding of the measured screen; None when no screen was made.
    screened_in : feature -> what the screen, or a waiver, says of a feature that it lets pass.
    waived : features that waivers name; one that does not exist would be a waiver of nothing.
    """
    names = [spec.name for spec in specs]
    for name in waived:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            cure = f"did you mean '{near[0]}'?" if near else f"features: {', '.join(names)}"
            raise ConfigError("[[waivers]] feature", got=shown(name), rule="must be a declared feature", cure=cure)
    for pattern in excluded_features:
        if not any(fnmatchcase(name, pattern) for name in names):
            rule = "every exclusion must match a declared feature"
            raise ConfigError(
                "[policy] excluded_features", got=repr(pattern), rule=rule, cure="see admission.json for names"
            )
    admitted: list[AdmittedFeature] = []
    excluded: list[ExcludedFeature] = []
    for spec in specs:
        out = _exclusion(spec, excluded_provenance, excluded_features, reason, screened_out or {}, screened_in or {})
        if out is None:
            admitted.append(AdmittedFeature(spec, _rule(spec, screened_out, screened_in)))
        else:
            excluded.append(out)
    if not admitted:
        rule = "at least one declared feature must be left"
        cure = "shorten [policy] excluded_features or excluded_provenance"
        raise ConfigError("[policy]", got="no admitted feature", rule=rule, cure=cure)
    return Admission(tuple(admitted), tuple(excluded))


def _rule(spec: FeatureSpec, screened_out: Mapping[str, str] | None, screened_in: Mapping[str, str] | None) -> str:
    if spec.family in OF_THE_SHIFT and screened_out is not None:
        return "screen: the same in every cell, so it says nothing about a place"
    if screened_out is None:
        return "provenance and names; not screened"
    if screened_in is None:
        return "screen: cleared or under review"
    return screened_in.get(spec.name, NOT_SCREENED)


def _exclusion(
    spec: FeatureSpec,
    excluded_provenance: Collection[Provenance],
    excluded_features: Sequence[str],
    reason: str,
    screened_out: Mapping[str, str],
    screened_in: Mapping[str, str],
) -> ExcludedFeature | None:
    if spec.provenance in NEVER_IN_MODEL:
        return ExcludedFeature(spec, "never_in_model", f"{spec.provenance} records never reach the model")
    if spec.provenance in excluded_provenance:
        return ExcludedFeature(spec, "excluded_provenance", f"the policy excludes {spec.provenance} records")
    if any(fnmatchcase(spec.name, pattern) for pattern in excluded_features):
        return ExcludedFeature(spec, "excluded_by_name", reason)
    if spec.name in screened_out:
        return ExcludedFeature(spec, "screen", screened_out[spec.name])
    if screened_in and spec.name not in screened_in and spec.family not in OF_THE_SHIFT:
        return ExcludedFeature(spec, "screen", "not measured: the stored screen says nothing of it")
    return None
