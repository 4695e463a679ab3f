"""The audit page of a run (`audit.html`, `audit.json`).

In comes a run with its gates; out go every gate with its verdict, who receives the patrol, how concentrated it is, and
how good the forecast is. Read `page`, then `disparity`; `skill_words` and `inputs_and_gates` also
serve the briefing and the model card.
"""
