"""Every kind of page that patrolcast writes, from the tests' made-up values, with the states that do not look alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.report.city import make_context, make_result
from tests.report.feedback import test_page as of_feedback
from tests.report.index.listing import make_index, make_published
from tests.report.monitor import test_page as of_monitor
from tests.report.outcomes.test_finding import DRAWN, ROSE, row, unmeasured
from tests.report.outcomes.test_page import whole
from tests.report.records.recorded_run import all_files, sources_of
from tests.report.site.made_up import a_city, a_run
from tests.report.test_plots_on_a_phone import PAGES as PLOTTED

from patrolcast.domain.records import GateVerdict, RunResult
from patrolcast.report.audit.page import audit_page
from patrolcast.report.feedback.page import feedback_page
from patrolcast.report.index.page import index_page
from patrolcast.report.monitor.page import monitor_page
from patrolcast.report.outcomes.page import outcomes_page
from patrolcast.report.records import shared_facts
from patrolcast.report.records.catalogue import DOCUMENTS
from patrolcast.report.records.cited.written import index_page_of_records, record_page
from patrolcast.report.run.briefing import briefing_page
from patrolcast.report.run.data_page import data_page
from patrolcast.report.site.count_pages import count_pages
from patrolcast.report.site.run_page import run_page
from patrolcast.report.site.values import STOPPED
from patrolcast.report.site.written import page_html


def small() -> RunResult:
    """A run of few cells, since what axe-core looks at once it need not see forty times."""
    return make_result(n_rings=2, n_districts=2, n_shifts=2, each=2)


def stopped() -> RunResult:
    """A run that a check keeps from being published."""
    result = small()
    return replace(result, gates=(replace(result.gates[0], verdict=GateVerdict.FAIL), *result.gates[1:]))


def nothing_suggested() -> RunResult:
    """A run in which no cell was suggested."""
    result = small()
    return replace(result, suggestions=result.suggestions.iloc[:0])


def record(name: str, *, stopped: bool = False) -> str:
    """A record of the made-up run."""
    files = all_files()
    files["manifest.json"]["publishable"] = not stopped
    sources = sources_of(files)
    return record_page(
        DOCUMENTS[name].build(sources),
        status=shared_facts.run_status(sources),
        published=not stopped,
        facts=shared_facts.head_facts(sources),
        notice=sources.say("<manifest:/notice>"),
    )


def records_index() -> str:
    """The list of records."""
    sources = sources_of(all_files())
    return index_page_of_records(
        [(name, name, document.purpose, [f"{name}.html"]) for name, document in DOCUMENTS.items()],
        title="Records",
        status=shared_facts.run_status(sources),
        published=True,
        facts=shared_facts.head_facts(sources),
        notice=sources.say("<manifest:/notice>"),
    )


def alarm() -> str:
    """The monitor's page with its banner."""
    gate = of_monitor.gate("band_reports", "fail")
    document = of_monitor.document("alarm", of_monitor.findings(40, 26), gate)
    return monitor_page(document, title="City", timezone="America/Chicago")


EVERY_PAGE: dict[str, Callable[[], str]] = {
    "briefing": lambda: briefing_page(small(), make_context()),
    "briefing stopped": lambda: briefing_page(stopped(), make_context()),
    "briefing without suggestions": lambda: briefing_page(nothing_suggested(), make_context()),
    "data": lambda: data_page(small(), make_context()),
    "audit not measured": lambda: audit_page(stopped(), make_context()),
    "index": lambda: index_page(make_index()),
    "index expired": lambda: index_page(make_index(published=make_published(expired=True))),
    "index of nothing published": lambda: index_page(make_index(published=None)),
    "monitor alarm": alarm,
    "outcomes": lambda: outcomes_page(whole(ROSE, row(), unmeasured(), reported_crime=DRAWN), title="City"),
    "feedback of a broken harness": lambda: feedback_page(
        of_feedback.document("harness broken"), title="City", scenarios=of_feedback.SCENARIOS
    ),
    "record for everybody": lambda: record("public_summary"),
    "record with answers and tables": lambda: record("risk_register"),
    "record of a stopped run": lambda: record("model_card", stopped=True),
    "records": records_index,
    "site counts by month": lambda: page_html(count_pages(a_city())[0], of="Audit"),
    "site counts of a month": lambda: page_html(count_pages(a_city())[1], of="Audit"),
    "site run failed": lambda: page_html(run_page(a_run(STOPPED, 29), a_city()), of="Audit"),
    **PLOTTED,
}
"""Name of a page or of a state of it -> its markup."""
