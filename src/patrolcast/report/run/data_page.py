"""The data page: what an analyst asks of a run, from the rows that came in to how good the forecast is.

Sources and what became of every row, how fresh the reports are, the checks of data and forecast, skill beside counting,
how often the intervals were right, features used and left out, and what the model was trained on.
"""

from patrolcast.domain.records import NOTICE, RunContext, RunResult, rows_of_incidents
from patrolcast.report import packaged, words
from patrolcast.report.audit.inputs_and_gates import (
    admitted_groups,
    excluded_rows,
    gate_rows,
    is_publishable,
    source_accounts,
    stopping_names,
)
from patrolcast.report.audit.skill_words import interval_rows, skill_rows, skill_sentences
from patrolcast.report.page import render, script_json
from patrolcast.report.run.run_facts import counted_incidents, latest_report, training_facts

DATA_CHECKS = (
    "incidents_counted", "counts_conserved", "refused_share", "cancelled_share", "report_age", "policy_admission",
    "proxy_screen", "forecast_finite", "calibration", "beats_counting", "reasons_sum",
)  # fmt: skip
"""The checks that are about data, features and forecast; the audit page has all of them."""


def data_page(result: RunResult, context: RunContext) -> str:
    """The whole data page (`data.html`) as one HTML page without network.

    Parameters
    ----------
    result : what the run made; ``result.gates`` must hold every gate, those on the sources too.
    context : what surrounds it: name, zone, sources, validity.
    """
    sources = source_accounts(context.sources)
    return render(
        "data.html",
        title=f"Data and forecast: {context.title}",
        style=packaged.packaged("assets/page.css"),
        script=packaged.packaged("assets/expiry.js") if is_publishable(result) else "",
        ends=script_json(context.expires_at.timestamp()),
        context=context,
        as_of=words.moment(context.as_of, context.timezone),
        expires=words.moment(context.expires_at, context.timezone),
        published=is_publishable(result),
        stopped=stopping_names(result, context),
        notice=NOTICE,
        limits=context.what_it_cannot_show,
        health=_health(result, context),
        sources=sources,
        whole=[source for source in sources if not source["reasons"]],
        notes=[*result.notes, *context.notes],
        gates=gate_rows([gate for gate in result.gates if gate.name in DATA_CHECKS], context.group_names),
        skill_sentences=skill_sentences(result.skill, validation_shifts=result.training.get("validation_shifts")),
        skill=skill_rows(result.skill),
        intervals=interval_rows(result.intervals),
        admitted=admitted_groups(result.admission),
        excluded=excluded_rows(result.admission),
        training=training_facts(result, context),
    )


def _health(result: RunResult, context: RunContext) -> list[tuple[str, str]]:
    """How fresh and how whole the reports are that came in."""
    rows, refused, _ = rows_of_incidents(context.sources)
    share = f" ({words.share(refused / rows)})" if rows else ""
    return [
        ("Latest report", latest_report(context)),
        ("Rows of incidents refused", f"{refused:,} of {rows:,}{share}"),
        ("Made from", counted_incidents(result, context)),
    ]
