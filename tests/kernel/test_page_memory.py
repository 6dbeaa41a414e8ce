"""A page asks once; whatever changes something asks anew."""

from __future__ import annotations

import pytest
from flask import Flask

from pointsvc.kernel.page_memory import once_a_page
from pointsvc.kernel.transaction import transact


class Question:
    """Counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, *_args: object, **_kwargs: object) -> list[int]:
        self.asked += 1
        return [self.asked]


@pytest.fixture
def question() -> Question:
    return Question()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_asks_once(app: Flask, question: Question, method: str) -> None:
    remembered = once_a_page(question)
    with app.test_request_context(method=method):
        remembered("a", ids=["b"])
        remembered("a", ids=["b"])
    assert question.asked == 1


def test_other_questions_have_their_own_answers(app: Flask, question: Question) -> None:
    remembered = once_a_page(question)
    with app.test_request_context():
        answers = [remembered("a"), remembered("b"), remembered("a", ids=["b"]), remembered("a")]
    assert answers == [[1], [2], [3], [1]]


def test_nobody_changes_an_answer_for_the_next(app: Flask, question: Question) -> None:
    remembered = once_a_page(question)
    with app.test_request_context():
        remembered().append(7)
        assert remembered() == [1]


def test_a_change_ends_what_was_remembered(app: Flask, question: Question) -> None:
    remembered = once_a_page(question)
    with app.test_request_context():
        remembered()
        assert transact(remembered) == [2], "inside a change nothing is remembered"
        assert remembered() == [3]


def test_the_next_page_and_a_job_ask_for_themselves(app: Flask, question: Question) -> None:
    remembered = once_a_page(question)
    for _ in range(2):
        with app.test_request_context():
            remembered()
    with app.app_context():
        remembered()
        remembered()
    assert question.asked == 4
