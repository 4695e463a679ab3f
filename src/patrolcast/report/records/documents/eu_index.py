"""The technical file of the EU AI Act, Articles 9 to 15: what stands for each article in this run, and where."""

from patrolcast.report.records import shared_facts as facts
from patrolcast.report.records.cited.record import Part, Record
from patrolcast.report.records.cited.sources import Saying, Sources

OPEN = (
    "The Act speaks of natural persons. Whether it covers forecasts of places is an open question that this index does "
    "not answer; the articles are followed anyway."
)


def eu_index(sources: Sources) -> Record:
    """The index. Needs organisation, legal, purpose, oversight and risks."""
    say = sources.say

    def article(n: str, title: str, where: str, *sentences: Saying) -> Part:
        return Part(f"article_{n}", f"Article {n}: {title}", (*sentences, say(f"Where: {where}.")))

    return Record(
        "eu_index",
        "Index of the technical file",
        OPEN,
        (
            article(
                "9",
                "risk management",
                "risk_register.html, monitoring_plan.html and audit.html of the run",
                say(
                    "<risks:/risks|length> risks are rated; <manifest:/gates|length> checks with rules set "
                    "before the run were made."
                ),
                facts.gate_sentence(sources, "limits_kept"),
            ),
            article(
                "10",
                "data and data governance",
                "data_sheet.html, data.html and quarantine/refused.csv of the run",
                *facts.rows_sentences(sources),
                facts.gate_sentence(sources, "group_audit"),
                facts.gate_sentence(sources, "loop_test"),
            ),
            article(
                "11",
                "technical documentation",
                "model_card.html and manifest.json of the run",
                say(
                    "Config <manifest:/config_sha256>, code <manifest:/code_sha256>, model "
                    "<manifest:/outputs/model~1model.txt>."
                )
                if sources.has("manifest", "/outputs/model~1model.txt")
                else say("Config <manifest:/config_sha256>, code <manifest:/code_sha256>; no model was fitted."),
            ),
            article("12", "record-keeping", "trail.jsonl beside the runs", facts.trail_sentence(sources)),
            article(
                "13",
                "transparency and information",
                "instructions_for_use.html",
                say(
                    "Each of <suggestions:/features|length> rows of suggestions carries reasons and this "
                    "notice: <manifest:/notice>"
                ),
            ),
            article(
                "14",
                "human oversight",
                "instructions_for_use.html and the governance texts",
                say("<oversight:/decisions> The <oversight:/pause_owner> may stop run <manifest:/run_id>."),
            ),
            article(
                "15",
                "accuracy, robustness and cybersecurity",
                "audit.html of the run and model_card.html",
                facts.gate_sentence(sources, "calibration"),
                facts.gate_sentence(sources, "forecast_finite"),
                facts.gate_sentence(sources, "refused_share"),
            ),
        ),
    )
