"""The short training: suggestions that are plainly wrong, to be seen as wrong, and what a suggestion is never for.

Over-reliance on advice from a machine is measured and real (Parasuraman and Manzey 2010, "Complacency and Bias in
Human Use of Automation", doi:10.1177/0018720810376055); cases in which the machine errs are what lessens it (Bahner,
Hüper and Manzey 2008, doi:10.1016/j.ijhcs.2008.06.001). So each case shows a suggestion and asks what to do with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

VERSION = "2026-11"
"""Changed with the questions: a record of an older version counts no more."""


@dataclass(frozen=True)
class Question:
    """A case, its answers by letter, the right one, and why it is right."""

    name: str
    case: str
    answers: Mapping[str, str]
    right: str
    why: str


QUESTIONS = (
    Question(
        "stadium",
        "Rank 1: the football stadium, Sunday evening, two visits for theft. You know that it has been closed for "
        "rebuilding since Monday.",
        {
            "a": "Accept: it ranks first, so the model must know something.",
            "b": "Decline, with the reason that you know the place is closed.",
            "c": "Accept, and ask the officers not to go.",
        },
        "b",
        "The forecast knows reports up to last night and nothing of a closed stadium. What you know goes first, and "
        "the reason goes on record.",
    ),
    Question(
        "two alike",
        "Rank 2 expects 0.10 incidents (0.07 to 0.13), rank 3 expects 0.09 (0.06 to 0.12). There is time for one.",
        {
            "a": "Rank 2, because ranks are exact.",
            "b": "Neither: both are under 1.",
            "c": "Either: their ranges overlap widely. Choose by what you know.",
        },
        "c",
        "Places whose ranges overlap widely are about equal. The order between them says nothing.",
    ),
    Question(
        "a man standing there",
        "An officer visits a suggested corner. A man is standing there, doing nothing unlawful.",
        {
            "a": "Stop him: the suggestion makes it reasonable.",
            "b": "The suggestion is no reason to stop, search or question him. The law is the same as at any corner.",
            "c": "Search him, and note the suggestion as the reason.",
        },
        "b",
        "A suggestion is about a place and a time, never about a person. It changes nothing about when somebody may be "
        "stopped.",
    ),
    Question(
        "the same corner again",
        "The same corner was suggested every night for three weeks. Officers visited it each time; reports there have "
        "gone up since; the new ones were all written by the visiting officers.",
        {
            "a": "Decline or amend, say why, and ask for the monitor's page: patrol may be making its own evidence.",
            "b": "Accept: rising reports show that the forecast was right.",
            "c": "Accept with twice the minutes.",
        },
        "a",
        "Only reports by citizens count. Where patrol itself makes records, they show where officers went, not where "
        "people were harmed.",
    ),
    Question(
        "no reports",
        "A quarter of your district never appears among the suggestions. Few people there call the police.",
        {
            "a": "Nothing happens there.",
            "b": "The model leaves it out on purpose.",
            "c": "No reports does not mean no need: the forecast sees only what is reported.",
        },
        "c",
        "The forecast learns from citizens' reports. Where people do not report, it sees little: a known limit.",
    ),
)


def right_answers(answers: Mapping[str, str]) -> tuple[int, list[Question]]:
    """How many are right, and the questions that are not.

    >>> right_answers({question.name: question.right for question in QUESTIONS})
    (5, [])
    """
    wrong = [question for question in QUESTIONS if answers.get(question.name) != question.right]
    return len(QUESTIONS) - len(wrong), wrong
