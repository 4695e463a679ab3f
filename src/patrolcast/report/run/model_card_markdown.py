"""The model card for reading: the headings of Mitchell et al. 2019, filled from the run alone (`model/card.md`)."""

import re
from collections.abc import Iterable

from patrolcast.domain.records import NOTICE, RunContext, RunResult
from patrolcast.report import words
from patrolcast.report.audit.inputs_and_gates import gate_title
from patrolcast.report.audit.page import NO_GROUPS, about_groups
from patrolcast.report.audit.skill_words import FLATTERS, interval_rows, made_by, skill_rows, skill_sentences
from patrolcast.report.page import safe_text
from patrolcast.report.run.model_card import architecture, limitations, used_methods

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#!|~$&])")


def card_markdown(result: RunResult, context: RunContext, *, limits: tuple[str, ...] | None = None) -> str:
    """The card as Markdown; text from files and configs is escaped.

    Raises GovernanceError when ``limits`` (None: those of the run) is empty.
    """
    limits = context.what_it_cannot_show if limits is None else limits
    sections = {
        "Model details": _details(result, context),
        "Intended use": _use(result, context),
        "Factors": _factors(result),
        "Metrics": _metrics(result),
        "Evaluation data": _evaluation(result),
        "Training data": _training(result, context),
        "Quantitative analyses": _analyses(result),
        "Ethical considerations": _ethics(result, context),
        "Caveats and recommendations": _bullets(escaped(line) for line in limitations(result, context, limits)),
    }
    head = (
        f"# Model card: {escaped(context.title)}\n\nRun `{_code(context.run_id)}`. Headings: Mitchell et al. 2019, "
        "[doi 10.1145/3287560.3287596](https://doi.org/10.1145/3287560.3287596). Generated from the run.\n"
    )
    return head + "".join(f"\n## {name}\n\n{body}\n" for name, body in sections.items())


def escaped(text: object) -> str:
    r"""Text as Markdown shows it literally, on one line.

    >>> print(escaped("<b>*x*</b>"))
    \<b\>\*x\*\</b\>
    """
    line = _SPECIAL.sub(r"\\\1", " ".join(safe_text(text).split()))
    return re.sub(r"^(\d*)(?=[-+.)](?:\s|$))", r"\1\\", line)  # a line that would start a list


def _code(text: object) -> str:
    return " ".join(safe_text(text).replace("`", "'").split())


def _bullets(parts: Iterable[str]) -> str:
    return "\n".join(f"- {part}" for part in parts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *(tuple(escaped(part) for part in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _details(result: RunResult, context: RunContext) -> str:
    explanation = made_by(result.skill, result.training)
    versions = ", ".join(f"{name} {version}" for name, version in sorted(context.versions.items()))
    return _bullets(
        [
            f"Model: {escaped(architecture(result))}; the forecast uses {escaped(used_methods(result))}.",
            *([escaped(explanation)] if explanation else []),
            f"Data up to {escaped(words.moment(context.as_of, context.timezone))}.",
            f"Software: {escaped(versions)}.",
            f"Config, SHA-256: `{_code(context.config_sha256)}`.",
        ]
    )


def _use(result: RunResult, context: RunContext) -> str:
    shifts = int(result.forecast["shift_start"].nunique())
    return _bullets(
        [
            f"Advice on discretionary patrol for {words.count(shifts, 'shift')} and {len(result.cells):,} cells, until "
            f"{escaped(words.moment(context.expires_at, context.timezone))}.",
            f"{len(result.visited):,} suggestions, each with this notice: {escaped(NOTICE)}",
        ]
    )


def _factors(result: RunResult) -> str:
    families = sorted({words.plain(feature.spec.family) for feature in result.admission.admitted})
    lines = [f"{len(result.admission.admitted)} features admitted: {escaped(words.listed(families))}."]
    lines += [
        f"Left out: `{_code(feature.spec.name)}` by the rule '{escaped(words.plain(feature.rule))}' "
        f"({escaped(feature.reason)})."
        for feature in result.admission.excluded
    ]
    return _bullets(lines)


def _metrics(result: RunResult) -> str:
    window = result.training.get("validation_shifts")
    return "\n\n".join(escaped(line) for line in skill_sentences(result.skill, validation_shifts=window))


def _evaluation(result: RunResult) -> str:
    window = result.training.get("validation_shifts")
    n_incidents = sum(skill.n_incidents for skill in result.skill)
    length = words.count(int(window), "shift") if window else "a window of unrecorded length"
    return f"The latest {length}, held out from training, with {words.count(n_incidents, 'incident')}. {FLATTERS}"


def _training(result: RunResult, context: RunContext) -> str:
    lines = [
        f"`{_code(source.name)}` (SHA-256 `{_code(source.sha256)}`): {source.rows_in:,} rows = {source.kept:,} "
        f"{'kept' if source.of_incidents else 'used'} "
        f"+ {sum(source.set_aside.values()):,} set aside + {sum(source.cancelled.values()):,} cancelled "
        f"+ {sum(source.refused.values()):,} refused."
        + "".join(f" {escaped(words.sentence(note))}." for note in source.notes if not source.of_incidents)
        for source in context.sources
    ]
    simple = {key: value for key, value in result.training.items() if isinstance(value, (int, float, str))}
    lines += [
        f"{escaped(words.sentence(words.plain(key)))}: {escaped(value)}." for key, value in sorted(simple.items())
    ]
    return _bullets(lines)


def _analyses(result: RunResult) -> str:
    skill = _table(
        (
            "Category",
            "Incidents",
            "Model, busiest 5 % of cells",
            "Best baseline",
            "Its busiest 5 %",
            "Model's deviance",
            "Used",
        ),
        [
            (r["category"], r["incidents"], r["hits"], r["rival"], r["rival_hits"], r["gain"], r["used"])
            for r in skill_rows(result.skill)
        ],
    )
    bands = _table(
        ("Category", "Interval states", "Right in", "Cells"),
        [(r["category"], r["level"], r["coverage"], r["n"]) for r in interval_rows(result.intervals)],
    )
    return f"{skill}\n\n{bands}"


def _ethics(result: RunResult, context: RunContext) -> str:
    aside = sum(sum(source.set_aside.values()) for source in context.sources if source.of_incidents)
    counted = escaped(context.call_source.counted)
    lines = [f"{words.count(aside, 'record')} were set aside and never reach the model. {counted}"]
    groups = [gate for gate in result.gates if about_groups(gate)]
    lines += [
        f"{escaped(gate_title(gate.name, context.group_names))}: {gate.verdict}; {escaped(gate.detail)}"
        for gate in groups
    ]
    return _bullets(lines if groups else [*lines, NO_GROUPS])
