"""What people decide: [decisions], what they may answer and record; [pause], who may stop the tool; and `objectives`,
the file that says what the tool is for.

No forecast hangs on them: they say what people may do with what a run suggests.
"""

from patrolcast.domain.settings.deciding.decisions import Decisions, Pausing

__all__ = ["Decisions", "Pausing"]
