"""What people decide about suggestions: a run is opened, answers are taken and kept on the trail, shifts are closed.

The trail is the only record: what stands is read off its entries each time, so two processes, a killed one or a restart
cannot disagree. Read `state` (what the entries say), `offers` (what a run suggests), `closing` (shifts that are over),
`review` (open, decide, deliver; `taking` writes, `calls` opens and closes around it), then `dosage` (the table that
`monitor` reads) and `handed_in` (decisions that another system keeps).
"""

from patrolcast.runs.review.calls import close_shift, decide, deliver, open_suggestions, opened_review
from patrolcast.runs.review.review import Review

__all__ = ["Review", "close_shift", "decide", "deliver", "open_suggestions", "opened_review"]
