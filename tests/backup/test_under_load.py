"""A copy taken while several people write: whole, of one moment, and nothing acknowledged is missing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from pointsvc.communities.queries import find_community_named
from pointsvc.extensions import Base, db
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.service import Award, award
from tests.backup.settings import Environment, engine_of
from tests.support.commands import pointsvc

pytestmark = pytest.mark.slow
WRITERS = 4
ENOUGH = 40


class Writers:
    """People who earn points all at once; `acknowledged` are the deeds whose commit they saw."""

    def __init__(self, app: Flask) -> None:
        self.app, self.stop, self.broken = app, threading.Event(), list[BaseException]()
        self.begun, self.acknowledged = list[UUID](), list[UUID]()
        with app.app_context():
            community = find_community_named("尚城名邸")
            assert community is not None
            members = Base.metadata.tables["members"]
            wanted = select(members.c.id).where(
                members.c.community_id == community.id, members.c.state == "active"
            )
            self.community_id, self.members = community.id, db.session.scalars(wanted).all()

    def write(self, number: int) -> None:
        """Until told to stop."""
        member_id = self.members[number % len(self.members)]
        with self.app.app_context():
            while not self.stop.is_set():
                self._earn(member_id)

    def _earn(self, member_id: UUID) -> None:
        deed_id, now = new_id(), clocks.now()
        self.begun.append(deed_id)
        deed = Award(
            member_id, 1, 0, "attendance", deed_id, 0, None, date(2027, 12, 31), "PLOT_CARE"
        )
        try:
            transact(
                lambda: award(
                    community_id=self.community_id,
                    awards=[deed],
                    recorded_by_id=None,
                    now=now,
                    business_on=clocks.local_day(now, "Asia/Shanghai"),
                )
            )
        except BaseException as error:
            self.broken.append(error)
            raise
        self.acknowledged.append(deed_id)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Meanwhile all of them write; it begins when enough was acknowledged."""
        threads = [threading.Thread(target=self.write, args=(each,)) for each in range(WRITERS)]
        for thread in threads:
            thread.start()
        try:
            while len(self.acknowledged) < ENOUGH and not self.broken:
                self.stop.wait(0.05)
            yield
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()


def deeds_in(settings: Environment) -> set[UUID]:
    """The deeds that points were given for."""
    transfers = Base.metadata.tables["transfers"]
    engine = engine_of(settings)
    with engine.connect() as connection:
        found = set(connection.scalars(select(transfers.c.source_id)))
    engine.dispose()
    return found


def test_what_was_acknowledged_before_the_copy_began_is_in_it(
    app: Flask, lived_in: Environment, elsewhere: Environment, tmp_path: Path
) -> None:
    file, writers = tmp_path / "busy.zip", Writers(app)
    with writers.working():
        before = set(writers.acknowledged)
        said = pointsvc("backup", file, environment=lived_in)
        meanwhile = len(writers.acknowledged) - len(before)
    assert said.code == 0, said.err
    assert writers.broken == []
    restored = pointsvc("restore", file, environment=elsewhere)
    assert restored.code == 0, restored.err  # which verifies all books
    copied = deeds_in(elsewhere)
    assert len(before) >= ENOUGH
    assert meanwhile > 0, "they went on writing"
    assert before <= copied <= deeds_in(lived_in)
    assert not copied >= set(writers.acknowledged), "what came later is not in it"
