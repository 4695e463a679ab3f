"""Sections about people who decide: [decisions], what they may answer and record; [pause], who may stop the tool.

No forecast hangs on them: they say what people may do with what a run suggests.
"""

from patrolcast.domain.settings.deciding.decisions import Decisions, Pausing

__all__ = ["Decisions", "Pausing"]
