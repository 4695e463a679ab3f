"""What a look at the dosage log means and what to do next, in words for the analyst and the board."""

FINDINGS = {
    "alarm": "Patrol is driving the forecast, or a record that should not reach it does.",
    "no alarm": "No sign that patrol is driving the forecast. What could have been seen is stated below.",
    "not measured": "These logs cannot show whether patrol is driving the forecast.",
}
MEANING = {
    "alarm": "Publication pauses until the cause is found and a new look is quiet. The last published run stays until "
    "it expires; it is never silently used again.",
    "no alarm": "That is not proof that the loop is open. It says that an effect larger than the one named below would "
    "probably have been seen.",
    "not measured": "That is not a pass. Nothing is stopped by it, because before use there is nothing to monitor; in "
    "use it means that a loop could run unseen.",
}
NEXT = {
    "band_reports": (
        "Ask why citizens report more where patrol was suggested in the same shift: officers' records labelled as "
        "citizen calls, people who report because an officer is there, or a call-taking rule that changed.",
        "Read the audit of call-source labels below first: it separates the first of these from the others.",
        "Until it is understood, train on the time before the log, or weigh records by the inverse of the chance with "
        "which their cell was suggested.",
    ),
    "band_score_later": (
        "The score itself rises where patrol was suggested: look for a feature that reads what was suggested or "
        "delivered, and run `patrolcast simulate` on this config.",
    ),
    "call_source_labels": (
        "Draw 100 of the citizen reports made during a visit and compare their call source with the recording; correct "
        "the codebook, or the rule by which the records system labels them.",
    ),
    "officer_records_change_nothing": (
        "Officer-initiated records reach the forecast: do not use any run since the last quiet look.",
    ),
    "past_suggestions_change_nothing": (
        "The forecast reads what was suggested before: look for a feature made from the dosage log or from runs, take "
        "it out, and do not use any run since the last quiet look.",
    ),
    "demographics_change_nothing": ("Demographics reach the forecast: do not use any run since the last quiet look.",),
}
ALARM_LAST = (
    "When the cause is cured, set `[monitor] since` to the first day after it and run `patrolcast monitor` again."
)
QUIET_NEXT = (
    "Look again next week: the weekly checks may be looked at as often as you like.",
    "Keep the coin at the end of the budget: without it none of this can be measured.",
    "If the effect that could have been seen is too large for you, widen the band or wait; silence is no proof.",
)
NOTHING_NEXT = (
    "Switch on the boundary band, so that a coin decides at the end of the budget, and log every shift.",
    "Name the log, or let it be taken from the run folders; name an AVL or CAD extract for delivery "
    "(docs/dosage-log.md).",
    "Rely on `patrolcast simulate` until then: it says whether the loop is open in principle, not in your city.",
)
LIMITS = (
    "The coin decides about cells at the end of the budget only. Cells that are always suggested have no counterpart.",
    "It compares shifts: patrol that changes reporting in a cell for good shows less here.",
    "Uneven reporting between groups makes no drift and cannot be seen here; the audit's part on reporting shows it.",
    "Reports that fall where patrol was suggested are no alarm: patrol that prevents does just that. The forecast then "
    "trains on its own effect and will suggest the cell less.",
    "Change by call source and drift compare chosen cells with others; they describe and prove nothing.",
    "Officer-initiated records were injected after intake: a codebook that calls them citizen reports is what the "
    "label audit is for.",
)
OAKLAND = (
    ("Nights", "368"),
    ("Cells, of them ever suggested", "661, 52 (8 %)"),
    ("Suggested every night", "5"),
    ("Share of all cell-nights in the 20 most suggested", "74 %"),
)
"""Lum & Isaac 2016, recomputed from their files (tests/audit/feedback/test_persistence.py)."""
