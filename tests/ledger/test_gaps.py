"""Published roots beside the books: what is lost, what a person declared, where the chain goes on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, text

from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.errors import GapReasonMissing
from pointsvc.ledger.hashing import EMPTY
from pointsvc.ledger.jobs import seal_yesterday
from pointsvc.ledger.models import Seal
from pointsvc.ledger.published import PublishedRoot, read_roots, write_down
from pointsvc.ledger.rules import Gap, gap_between
from pointsvc.ledger.service import declare_gap, seal_day
from pointsvc.ledger.standing import find_behind, gaps_of, settle
from pointsvc.ledger.verification import verify_community
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock

MONDAY = date(2026, 11, 23)
A, B, C = (bytes([number]) * 32 for number in range(1, 4))


@pytest.fixture
def app_instance(app: Flask) -> Path:
    """The folder of the application's instance."""
    return Path(app.instance_path)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def published(*roots: bytes) -> list[PublishedRoot]:
    return [PublishedRoot(day(number), root) for number, root in enumerate(roots)]


@pytest.mark.parametrize(
    ("roots", "sealed", "declared", "gap"),
    [
        pytest.param([A, B], [A, B], [], None, id="in step"),
        pytest.param([A], [A, B], [], None, id="the books are ahead"),
        pytest.param([A, B, C], [A], [], Gap(day(0), A, day(2), C), id="two days behind"),
        pytest.param([A, B], [], [], Gap(None, EMPTY, day(1), B), id="before the first night"),
        pytest.param([A, B], [A, C], [], Gap(day(0), A, day(1), B), id="another root"),
        pytest.param([A, B], [A], [Gap(day(0), A, day(1), B)], None, id="declared"),
        pytest.param(
            [A, B, C], [A], [Gap(day(0), A, day(1), B)], Gap(day(0), A, day(2), C), id="in part"
        ),
    ],
)
def test_what_was_published_and_is_not_in_the_books_is_the_gap(
    roots: list[bytes], sealed: list[bytes], declared: list[Gap], gap: Gap | None
) -> None:
    books = {day(number): root for number, root in enumerate(sealed)}
    assert gap_between(published(*roots), books, declared) == gap


def test_a_torn_line_is_left_out_and_the_next_is_whole(tmp_path: Path) -> None:
    community_id = new_id()
    write_down(tmp_path, community_id, published(A))
    [file] = (tmp_path / "roots").iterdir()
    with file.open("a") as stream:
        stream.write("2026-11-24 00ff")
    write_down(tmp_path, community_id, [PublishedRoot(day(2), C)])
    assert read_roots(tmp_path, community_id) == [published(A)[0], PublishedRoot(day(2), C)]
    assert file.stat().st_mode & 0o777 == 0o600


def test_every_sealed_day_is_written_down_once(
    database: SQLAlchemy, cast: Cast, clock: FrozenClock, app_instance: Path
) -> None:
    for _night in range(2):
        seal_yesterday(clock.advance(days=1))
        seal_yesterday(clock.advance(minutes=1))
    seals = database.session.execute(
        select(Seal.sealed_on, Seal.root)
        .where(Seal.community_id == cast.community_id)
        .order_by(Seal.sealed_on)
    )
    written = read_roots(app_instance, cast.community_id)
    assert [(each.day, each.root) for each in written] == [tuple(row) for row in seals]
    assert len(written) == 2
    assert find_behind(app_instance) == []


class Lost:
    """A community whose last two published days are not in its books."""

    def __init__(self, cast: Cast, clock: FrozenClock) -> None:
        self.community_id, self.operator_id, self.clock = cast.community_id, cast.heyun.id, clock
        self.first = self.seal(MONDAY)
        self.gap = Gap(MONDAY, self.first, day(2), C)

    def seal(self, on: date) -> bytes:
        now = self.clock.advance(days=1)
        return transact(lambda: seal_day(community_id=self.community_id, day=on, now=now))

    def declare(self, reason: str = "磁盘坏了") -> UUID:
        now: datetime = self.clock.advance(hours=1)
        return transact(
            lambda: declare_gap(
                community_id=self.community_id,
                gap=self.gap,
                reason=reason,
                declared_by_id=self.operator_id,
                now=now,
            )
        )

    def checks(self) -> dict[str, tuple[bool, int, list[str]]]:
        report = verify_community(self.community_id)
        return {c.id: (c.ok, c.count, c.noted) for c in report.checks if c.id in {"seals", "gaps"}}


@pytest.fixture
def lost(
    database: SQLAlchemy,  # noqa: ARG001 - its context
    cast: Cast,
    clock: FrozenClock,
) -> Lost:
    return Lost(cast, clock)


def test_the_chain_goes_on_from_the_root_that_was_published(
    lost: Lost, database: SQLAlchemy
) -> None:
    lost.declare()
    assert lost.seal(day(2)) == C, "a lost day is not sealed a second time"
    lost.seal(day(3))
    sealed = database.session.execute(
        select(Seal.sealed_on, Seal.previous_root).where(Seal.community_id == lost.community_id)
    ).all()
    assert sealed == [(MONDAY, EMPTY), (day(3), C)]
    noted = [f"{MONDAY} → {day(2)} {C.hex()}"]
    assert lost.checks() == {"seals": (True, 2, []), "gaps": (True, 1, noted)}


def test_a_gap_that_begins_nowhere_is_found(lost: Lost) -> None:
    lost.gap = Gap(MONDAY, B, day(2), C)
    lost.declare()
    assert lost.checks()["gaps"][0] is False


def test_a_gap_needs_a_reason_and_is_history(lost: Lost, database: SQLAlchemy) -> None:
    for reason in ("", "  ", "长" * 501):
        with pytest.raises(GapReasonMissing):
            lost.declare(reason)
    lost.declare("  磁盘\n坏了 ")
    [found] = gaps_of(community_id=lost.community_id)
    assert (found.gap, found.reason) == (lost.gap, "磁盘 坏了")
    for deed in ("UPDATE declared_gaps SET reason = ''", "DELETE FROM declared_gaps"):
        with pytest.raises(Exception, match="append-only"):
            database.session.execute(text(deed))
        database.session.rollback()


def test_a_community_that_the_books_lack_whole_is_behind_too(
    lost: Lost, app_instance: Path
) -> None:
    gone = new_id()
    write_down(app_instance, gone, published(A))
    assert lost.first
    [behind] = settle(app_instance)
    assert (behind.community_id, behind.name) == (gone, None)
    assert settle(app_instance, gone_too=True) == []
    assert find_behind(app_instance) == []
