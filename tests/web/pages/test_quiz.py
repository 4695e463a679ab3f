"""The cases of the training: each has one right answer, which is not always the same letter."""

from __future__ import annotations

from patrolcast.web.pages.quiz import QUESTIONS, right_answers


def test_every_right_answer_is_offered_and_explained() -> None:
    assert all(one.right in one.answers and len(one.answers) == 3 and one.why for one in QUESTIONS)
    assert len({one.name for one in QUESTIONS}) == len(QUESTIONS)


def test_whoever_always_gives_the_same_letter_does_not_pass() -> None:
    for letter in "abc":
        assert right_answers({one.name: letter for one in QUESTIONS})[1]


def test_what_was_not_answered_is_wrong() -> None:
    assert right_answers({}) == (0, list(QUESTIONS))
