"""Which documents there are, in the order in which they are read, and which profile asks for which."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from patrolcast.report.records.cited.record import Record
from patrolcast.report.records.cited.sources import Sources
from patrolcast.report.records.documents.annual_report import annual_report
from patrolcast.report.records.documents.atrs import atrs_record
from patrolcast.report.records.documents.change_record import change_record
from patrolcast.report.records.documents.data_sheet import data_sheet
from patrolcast.report.records.documents.dutch_register import dutch_register
from patrolcast.report.records.documents.eu_index import eu_index
from patrolcast.report.records.documents.feedback_register import feedback_register
from patrolcast.report.records.documents.impact_report import impact_report
from patrolcast.report.records.documents.instructions_for_use import instructions_for_use
from patrolcast.report.records.documents.model_card import model_card
from patrolcast.report.records.documents.monitoring_plan import monitoring_plan
from patrolcast.report.records.documents.public_summary import public_summary
from patrolcast.report.records.documents.risk_register import risk_register

_ALWAYS = ("organisation", "legal", "purpose", "oversight")


@dataclass(frozen=True)
class Listed:
    """A document: how it is made, what it is for, and which files of the department it needs beside the usual four."""

    build: Callable[[Sources], Record]
    purpose: str
    also: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the files in `governance/CITY/`."""
        return (*_ALWAYS, *self.also)


DOCUMENTS: dict[str, Listed] = {
    "model_card": Listed(
        model_card, "how the model was made, how good it is, what it cannot do; also the list of software"
    ),
    "public_summary": Listed(public_summary, "one page in plain words for everybody"),
    "data_sheet": Listed(data_sheet, "the data: where from, what was refused, what is missing"),
    "atrs": Listed(atrs_record, "record in the shape of the United Kingdom's transparency standard", ("risks",)),
    "dutch_register": Listed(dutch_register, "entry for the Dutch algorithm register"),
    "impact_report": Listed(
        impact_report, "surveillance impact report in the shape of Seattle's", ("community", "year")
    ),
    "annual_report": Listed(annual_report, "annual report to the council in the shape of Oakland's", ("year",)),
    "instructions_for_use": Listed(instructions_for_use, "instructions with the headings of the EU AI Act"),
    "monitoring_plan": Listed(monitoring_plan, "what is watched in use, by whom, against which limit"),
    "risk_register": Listed(risk_register, "hazards, ratings and the checks that stand against them", ("risks",)),
    "change_record": Listed(change_record, "what changed since the last published run"),
    "feedback_register": Listed(feedback_register, "what people said, what was decided, and what is open"),
    "eu_index": Listed(eu_index, "where each article of the EU AI Act is answered", ("risks",)),
}
"""By name, in reading order."""
_EVERYBODY = (
    "feedback_register",
    "model_card",
    "public_summary",
    "data_sheet",
    "change_record",
    "risk_register",
    "monitoring_plan",
)
PROFILES: dict[str, tuple[str, ...]] = {
    "all": tuple(DOCUMENTS),
    "us-ccops": (*_EVERYBODY, "impact_report", "annual_report"),
    "uk-atrs": (*_EVERYBODY, "atrs"),
    "eu": (*_EVERYBODY, "instructions_for_use", "eu_index"),
    "nl": (*_EVERYBODY, "instructions_for_use", "eu_index", "dutch_register"),
    "custom": (),
}
"""Profile -> documents; those of ``custom`` stand in records.toml."""


def reading_order(names: tuple[str, ...]) -> list[str]:
    """The documents in reading order, each once."""
    return [name for name in DOCUMENTS if name in names]


def needed(names: Iterable[str]) -> list[str]:
    """Files of the department that these documents need, each once, those of every document first."""
    return list(dict.fromkeys(need for name in names for need in DOCUMENTS[name].needs))
