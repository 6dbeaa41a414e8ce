"""The closed list of reasons: each has words, and a test that provokes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pointsvc.checkin.reasons import MESSAGES, message_of
from pointsvc.checkin.rules import FINAL, Reason

TESTS = [path.read_text() for path in Path(__file__).parent.glob("test_*.py")]


@pytest.mark.parametrize("reason", Reason, ids=str)
def test_every_reason_is_said_in_words(reason: Reason) -> None:
    assert message_of(reason) == str(MESSAGES[reason])
    assert str(MESSAGES[reason]).endswith("。")


@pytest.mark.parametrize("reason", Reason, ids=str)
def test_every_reason_is_provoked_by_a_test(reason: Reason) -> None:
    assert any(f'"{reason}"' in text for text in TESTS)


def test_a_plain_yes_and_a_refusals_own_code_have_no_message_here() -> None:
    assert (message_of(None), message_of("shift.nowhere")) == (None, None)


def test_what_no_person_could_mend_is_final() -> None:
    """Everything else that an upload brings waits for somebody."""
    assert {Reason.ALREADY_IN, Reason.OWN_CODE, Reason.WAY_OFF} <= FINAL
    assert not {Reason.OVERLAP, Reason.NOT_IN, Reason.SHIFT_OVER, Reason.DAY_FULL} & FINAL
