"""Grandfather, father, son: which copies stay, as a pure rule and in a folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pointsvc.backup.keeping import SUM, copies_in, let_go, name_of_copy, vouch_for
from pointsvc.backup.rules import DatedCopy, Keeping, copies_to_keep
from tests.support.commands import pointsvc

NOW = datetime(2026, 11, 26, 3, 20, tzinfo=UTC)


def nights(count: int, *, verified: bool = True) -> list[DatedCopy]:
    """A copy of each of the last nights, the newest first; called by how many nights ago."""
    return [DatedCopy(str(ago), NOW - timedelta(days=ago), verified) for ago in range(count)]


def test_of_two_years_of_nights_days_weeks_and_months_stay() -> None:
    kept = copies_to_keep(nights(730), Keeping())
    days = {str(ago) for ago in range(14)}
    weeks = {"18", "25", "32", "39", "46"}  # Sundays; the first three weeks are among the days
    months = {"26", "57", "87", "118", "149", "179", "210", "240", "271", "299", "330"}
    assert days <= kept
    assert kept - days == weeks | {"4", "11"} - days | months


def test_of_several_copies_of_a_day_the_newest_verified_one_stays() -> None:
    day = [DatedCopy(f"{hour}h", NOW + timedelta(hours=hour), hour < 2) for hour in range(4)]
    assert copies_to_keep(day, Keeping(1, 1, 1)) == {"1h"}


def test_nights_without_a_copy_cost_none_of_the_older() -> None:
    old = nights(3)
    assert copies_to_keep(old, Keeping(14, 8, 12)) == {"0", "1", "2"}
    years_later = [DatedCopy("new", NOW + timedelta(days=900), is_verified=True), *old]
    assert {"0", "1", "2"} <= copies_to_keep(years_later, Keeping(14, 8, 12))


@given(
    st.lists(st.tuples(st.integers(0, 900), st.booleans()), unique_by=lambda pair: pair[0]),
    st.integers(1, 5),
    st.integers(1, 5),
    st.integers(1, 5),
)
def test_the_newest_verified_copy_always_stays(
    found: list[tuple[int, bool]], daily: int, weekly: int, monthly: int
) -> None:
    copies = [DatedCopy(str(ago), NOW - timedelta(days=ago), good) for ago, good in found]
    kept = copies_to_keep(copies, Keeping(daily, weekly, monthly))
    verified = [copy for copy in copies if copy.is_verified]
    newest = max(verified, key=lambda copy: copy.made_at, default=None)
    assert newest is None or newest.name in kept
    assert len(kept) <= daily + weekly + monthly + 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three nights, of which the middle one was verified, and a file of somebody else's."""
    for ago in range(3):
        file = tmp_path / name_of_copy(NOW - timedelta(days=ago), is_encrypted=ago == 2)
        file.write_bytes(b"copy")
        if ago == 1:
            vouch_for(file)
    (tmp_path / "holiday.zip").touch()
    return tmp_path


def test_only_copies_go_and_with_them_their_sums(folder: Path) -> None:
    gone = let_go(folder, Keeping(1, 1, 1))
    assert gone == ["pointsvc-20261124T032000Z.zip.age"]
    verified, newest = "pointsvc-20261125T032000Z.zip", "pointsvc-20261126T032000Z.zip"
    left = {file.name for file in folder.iterdir()}
    assert left == {verified, verified + SUM, newest, "holiday.zip"}


def test_the_command_first_says_what_would_go(folder: Path) -> None:
    words = ("copies", "keep", folder, "--daily", 1, "--weekly", 1, "--monthly", 1)
    said = pointsvc(*words, "--dry-run", environment={})
    assert len(said.out.splitlines()) == 1
    assert len(list(copies_in(folder))) == 3
    assert pointsvc(*words, environment={}).out == said.out
    assert len(list(copies_in(folder))) == 2
