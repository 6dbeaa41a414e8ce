"""What the tests of messages share: somebody who wishes ways, messages that wait, servers on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, update

from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.members.models import EmailProof
from pointsvc.members.telling import leave_message
from pointsvc.members.wishes import keep_wish
from pointsvc.messages import jobs
from pointsvc.messages.channels import Letter, Undelivered
from pointsvc.messages.handing import hand_over
from pointsvc.messages.jobs import deliver
from pointsvc.messages.models import Delivery
from tests.messages.servers import Gateway, Post, serving
from tests.support.cast import Cast, Person

EMAIL = "limei@example.org"


class Postbox:
    """李梅's messages, and an adapter that keeps what it is given."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.community_id = cast, cast.community_id
        self.letters: list[Letter] = []
        self.faults: list[Undelivered] = []

    def wish(self, *ways: str, person: Person | None = None, is_confirmed: bool = True) -> None:
        """李梅 wishes these ways, from an address that she confirmed."""
        whose = (person or self.cast.limei).id
        transact(
            lambda: keep_wish(
                community_id=self.community_id,
                member_id=whose,
                ways=ways,
                email=EMAIL,
                today=clock.now().date(),
                now=clock.now(),
            )
        )
        if is_confirmed:
            known = {"confirmed_at": clock.now(), "due_at": None}
            of_them = EmailProof.member_id == whose
            transact(lambda: db.session.execute(update(EmailProof).where(of_them).values(known)))

    def leave(self, person: Person | None = None, **payload: Any) -> None:
        """A message is left."""
        transact(
            lambda: leave_message(
                community_id=self.community_id,
                recipient_id=(person or self.cast.limei).id,
                topic="plots.asked",
                payload={"place": "1号田", **payload},
                now=clock.now(),
            )
        )

    def hand_over(self) -> int:
        """Make deliveries."""
        return transact(lambda: hand_over(community_id=self.community_id, now=clock.now()))

    def send(self, letter: Letter) -> None:
        """The adapter: keep the letter, or fail as the test wants."""
        if self.faults:
            raise self.faults.pop(0)
        self.letters.append(letter)

    def run(self, now: datetime | None = None) -> str:
        """The job."""
        return deliver(now or clock.now())

    def states(self) -> list[tuple[str, str]]:
        """Channel and state of every delivery."""
        db.session.rollback()
        rows = db.session.execute(
            select(Delivery.channel, Delivery.state).order_by(Delivery.channel, Delivery.id)
        )
        return [(row[0], row[1]) for row in rows]

    def ids(self) -> list[UUID]:
        """The ids of all deliveries."""
        return list(db.session.scalars(select(Delivery.id)))


@pytest.fixture
def postbox(cast: Cast, database: SQLAlchemy, monkeypatch: pytest.MonkeyPatch) -> Postbox:  # noqa: ARG001 - its context
    """Nothing wished, nothing left; every channel leads into the postbox."""
    made = Postbox(cast)
    adapters = dict.fromkeys(("email", "sms", "wechat"), made.send)
    monkeypatch.setattr(jobs, "adapters_of", lambda _settings: adapters)
    return made


@pytest.fixture
def post() -> Iterator[Post]:
    """A server of mail on loopback."""
    yield from serving(Post())


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A gateway on loopback."""
    yield from serving(Gateway())
