"""What a look at the dosage log means and what to do next, in words for the analyst and the board."""

FINDINGS = {
    "alarm": "Patrol is driving the forecast, or a record that should not reach it does.",
    "no alarm": "No sign that patrol is driving the forecast.",
    "not measured": "These logs cannot show whether patrol is driving the forecast.",
}
MEANING = {
    "alarm": "Publication stops until the cause is found and a new look raises no alarm. The city is paused, and what "
    "is published is withdrawn, unless its config says otherwise: the page of all runs says what holds.",
    "no alarm": "That is no proof: a smaller effect could still be there.",
    "not measured": "That is not a pass. It stops nothing, because before use there is nothing to watch. In use it "
    "means "
    "that patrol could drive the forecast without anybody seeing it.",
}
CAUSES = {
    "band_reports": "Citizens report more where patrol was suggested by lot than where it was withheld by lot.",
    "band_score_later": "Four weeks later, scores are higher where patrol was suggested by lot.",
    "call_source_labels": "More citizen reports than chance explains were made while an officer was there.",
    "officer_records_change_nothing": "Adding officer-made records changed the forecast.",
    "past_suggestions_change_nothing": "Moving past suggestions to other places changed the forecast.",
    "demographics_change_nothing": "Swapping residents' groups between areas changed the forecast.",
}
"""Check that stopped publication -> what it saw."""
EXACT = {
    "officer_records_change_nothing": "Adding officer-made records where patrol was suggested",
    "past_suggestions_change_nothing": "Moving past suggestions to other places",
    "demographics_change_nothing": "Swapping residents' groups between areas",
}
"""Check of the forecast on changed data -> what was changed."""
CHECKS = {
    "band_reports": ("Reports, by lot", "strength of evidence below 20 in every week"),
    "band_score_later": ("Score four weeks later, by lot", "strength of evidence below 20 in every week"),
    "call_source_labels": ("Labels of citizen reports", "not both p < 0.001 and 5 % of reports"),
    "change_by_call_source": ("Reports since, compared with before", "citizen reports rise no more where suggested"),
    "officer_share_drift": ("Officers' share of records", "rises no faster where suggested"),
    "suggestions_move": ("Suggestions move on", ""),
    "officer_records_change_nothing": ("Officer-made records added", "every score the same to the last bit"),
    "past_suggestions_change_nothing": ("Past suggestions moved", "every score the same to the last bit"),
    "demographics_change_nothing": ("Residents' groups swapped", "every score the same to the last bit"),
}
"""Check -> its name and its rule as readers know them; "": the rule as it was stored."""
NEXT = {
    "band_reports": (
        "Ask why citizens report more in the same shift where patrol was suggested. Are officers' records labelled as "
        "citizen calls? Do people report because an officer is there? Did a call-taking rule change?",
        "Read the check of labels below first: it separates the first of these from the others.",
        "Until you know, train on the time before the log, or weigh records by the inverse of the chance with which "
        "their cell was suggested.",
    ),
    "band_score_later": (
        "The score itself rises where patrol was suggested. Look for a feature that reads what was suggested or "
        "delivered, and run `patrolcast simulate` on this config.",
    ),
    "call_source_labels": (
        "Draw 100 of the citizen reports made during a visit and compare their call source with the recording. Then "
        "correct the codebook, or the rule by which the records system labels them.",
    ),
    "officer_records_change_nothing": (
        "Officer-made records reach the forecast: do not use any run since the last look without an alarm.",
    ),
    "past_suggestions_change_nothing": (
        "The forecast reads what was suggested before. Look for a feature made from the dosage log or from runs, take "
        "it out, and do not use any run since the last look without an alarm.",
    ),
    "demographics_change_nothing": (
        "Residents' groups reach the forecast: do not use any run since the last look without an alarm.",
    ),
}
ALARM_LAST = (
    "When the cause is removed, set `[monitor] since` to the first day after it and run `patrolcast monitor` again."
)
QUIET_NEXT = (
    "Look again next week. The weekly checks may be looked at as often as you like.",
    "Keep drawing the last places of the budget by lot: without that, none of this can be measured.",
    "If the effect that could have been seen is too large for you, draw more places by lot or wait.",
)
NOTHING_NEXT = (
    "Set `[patrol.exploration] half_width`, so that the last places of the budget are drawn by lot, and log every "
    "shift.",
    "Name the dosage log, or let it be taken from the run folders. For delivery, name an AVL or CAD extract "
    "(docs/dosage-log.md).",
    "Until then rely on `patrolcast simulate`: it shows whether the loop is open in principle, not in your city.",
)
LIMITS = (
    "Only the last places of the budget are drawn by lot. Places that are always suggested have nothing to be compared "
    "with.",
    "Shifts are compared: patrol that changes reporting in a place for good shows less here.",
    "Uneven reporting between groups makes no drift and cannot be seen here. The audit's part on reporting shows it.",
    "Fewer reports where patrol was suggested raise no alarm: patrol that prevents crime does just that. The forecast "
    "then learns from its own effect and will suggest the place less.",
    "Reports since, compared with before, and officers' share compare chosen places with others. They describe; they "
    "prove nothing.",
    "Officer-made records were added after intake. A codebook that calls them citizen reports is found by the check of "
    "labels, not by this.",
)
OAKLAND = (
    ("Nights", "368"),
    ("Places, and how many were ever suggested", "661, 52 (8 %)"),
    ("Suggested every night", "5"),
    ("Share of all suggestions in the 20 most suggested places", "74 %"),
)
"""Lum & Isaac 2016, recomputed from their files (tests/audit/feedback/test_persistence.py)."""
