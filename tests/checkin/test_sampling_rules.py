"""The draw of roster ticks: a true share, the same each time, and blind without the server's key."""

from __future__ import annotations

from uuid import UUID

import pytest

from pointsvc.checkin.rules.sampling import is_drawn
from pointsvc.kernel.keys import Key, Purpose

IDS = [UUID(int=number << 64 | 0x7000_8000_0000_0000_0000) for number in range(4000)]
OURS = Key("server-secret-of-ours-0123456789-abcdef").bytes_for(Purpose.SAMPLES)
THEIRS = Key("somebody-elses-secret-0123456789-abcdef").bytes_for(Purpose.SAMPLES)


def drawn(key: bytes, percent: int) -> set[UUID]:
    return {each for each in IDS if is_drawn(key, each, percent)}


@pytest.mark.parametrize(("percent", "low", "high"), [(0, 0, 0), (20, 700, 900), (100, 4000, 4000)])
def test_the_share_is_what_the_community_set(percent: int, low: int, high: int) -> None:
    assert low <= len(drawn(OURS, percent)) <= high


def test_the_same_attendance_is_the_same_draw() -> None:
    assert drawn(OURS, 20) == drawn(OURS, 20)


def test_without_the_key_nobody_can_tell_who_is_drawn() -> None:
    """Who guesses with another key hits a fifth, as by chance: 160 of 800."""
    assert 100 <= len(drawn(OURS, 20) & drawn(THEIRS, 20)) <= 220


def test_a_larger_share_keeps_those_of_the_smaller() -> None:
    assert drawn(OURS, 20) <= drawn(OURS, 50)
