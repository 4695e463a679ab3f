"""An entry for the algorithm register of the Netherlands (its publication standard), within its lengths.

The lengths are checked by `domain/governance/registers.py`; a text that is too long is refused, never cut. The entry is
in English: its field for the language says so, and a department translates it.
"""

from patrolcast.report.records import shared_facts as facts
from patrolcast.report.records.cited.record import FormField, Part, Record
from patrolcast.report.records.cited.sources import Sources


def dutch_register(sources: Sources) -> Record:
    """The entry. Needs organisation, legal, purpose and oversight."""
    say = sources.say

    def part(key: str, title: str, *entries: tuple[str, str, str]) -> Part:
        return Part(key, title, entries=tuple(FormField(name, label, say(text)) for name, label, text in entries))

    assessed = ", ".join(f"<legal:/assessments/{n}/title>" for n in range(len(sources.value("legal", "/assessments"))))
    return Record(
        "dutch_register",
        "Entry for the algorithm register",
        "In the shape of the publication standard of the Dutch algorithm register, in English.",
        (
            part(
                "general",
                "General information",
                ("name", "Name", "Patrol advice <manifest:/name>"),
                (
                    "description_short",
                    "Short description",
                    (
                        f"Names places where more {facts.counted_things(sources)} are likely in the next "
                        "<audit:/concentration/shifts|count> shifts. It never names a person. A person decides."
                    ),
                ),
                ("organization", "Organisation", "<organisation:/name>"),
                ("category", "Theme", "Public order and safety; this entry is made from run <manifest:/run_id>"),
                ("status", "Status", "<purpose:/phase>"),
                ("begin_date", "In use since", "<purpose:/start>"),
                ("contact_email", "Contact", "<organisation:/contact_email>"),
                ("url", "Public page", "<organisation:/website>"),
                (
                    "publication_category",
                    "Publication category",
                    "High-impact algorithm, as the program proposes; the department decides when it files the entry",
                ),
            ),
            part(
                "responsible_use",
                "Responsible use",
                (
                    "goal",
                    "Goal and impact",
                    (
                        "<purpose:/goal> <purpose:/benefits> This run suggests visits to "
                        "<audit:/concentration/cells_suggested|count> of <audit:/concentration/cells|count> "
                        "cells."
                    ),
                ),
                ("proportionality", "Considerations", "<purpose:/considerations> <purpose:/alternatives>"),
                ("human_intervention", "Human intervention", "<oversight:/decisions>"),
                (
                    "risk_management",
                    "Risk management",
                    (
                        "<manifest:/gates|length> checks are made of every run. One that fails or is not measured "
                        "stops its publication, but for those that only warn. The <oversight:/pause_owner> may stop it "
                        "at any time."
                    ),
                ),
                ("legal_base", "Legal basis", "<legal:/basis>"),
                ("legal_base_title", "Title of the legal basis", "<legal:/basis_title>"),
                ("legal_base_link", "Link to the legal basis", "<legal:/basis_link>"),
                ("processing_register", "Register of processing", "<legal:/processing_register>"),
                ("impact_tests", "Impact assessments", assessed),
            ),
            part(
                "operation",
                "How it works",
                (
                    "data",
                    "Data",
                    "<manifest:/sources|length> sources. "
                    + facts.rows_template(sources)
                    + " No column on persons is read.",
                ),
                (
                    "technical_operation",
                    "Technical working",
                    (
                        "A mean is forecast for each cell and shift from past incidents and "
                        "<admission:/counts/admitted|count> features of time and place. "
                        + facts.made_by_template(sources)
                    ),
                ),
                ("provider", "Supplier", "<organisation:/supplier>"),
                ("status_of_run", "Status of the run", facts.status_template(sources, details=False)),
            ),
            part(
                "metadata",
                "Metadata",
                ("lang", "Language", "English"),
                ("source_id", "Source", "<manifest:/run_id>"),
                ("tags", "Keywords", "patrol, forecast, places, <manifest:/name>"),
            ),
        ),
        tree_name="dutch_register.json",
    )
