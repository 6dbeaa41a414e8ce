"""Consent, per purpose and version: given, taken back, never overwritten."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from pointsvc.kernel import clock as clocks
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.models import OutboxMessage
from pointsvc.kernel.transaction import transact
from pointsvc.members.consents import PURPOSES, consents_of, record_consent, who_gave
from pointsvc.members.models import Consent
from pointsvc.members.queries import count_members
from pointsvc.members.service import NewMember, register_member
from pointsvc.members.telling import leave_message
from tests.support.cast import Cast, bearer
from tests.support.clients import HouseClient

pytestmark = pytest.mark.usefixtures("database")


def say(cast: Cast, purpose: str, *, given: bool, guardian_name: str | None = None) -> bool:
    return transact(
        lambda: record_consent(
            community_id=cast.community_id,
            member_id=cast.limei.id,
            purpose=purpose,
            given=given,
            recorded_by_id=cast.limei.id,
            now=clocks.now(),
            guardian_name=guardian_name,
        )
    )


def states(cast: Cast) -> dict[str, str]:
    found = consents_of(cast.community_id, cast.limei.id)
    return {purpose: facts.state for purpose, facts in found.items()}


def test_taking_back_keeps_what_was_said_before(cast: Cast, database: SQLAlchemy) -> None:
    assert say(cast, "messages", given=False)
    assert not say(cast, "messages", given=False)
    assert say(cast, "messages", given=True)
    rows = select(Consent.state).where(
        Consent.member_id == cast.limei.id, Consent.purpose == "messages"
    )
    said = list(database.session.scalars(rows.order_by(Consent.seq)))
    assert said == ["given", "withdrawn", "given"]


def test_purposes_are_separate(cast: Cast) -> None:
    say(cast, "messages", given=False)
    assert states(cast)["service"] == "given"
    assert who_gave(cast.community_id, "messages", [cast.limei.id, cast.liuyang.id]) == {
        cast.liuyang.id
    }


def test_a_guardian_has_a_name(cast: Cast) -> None:
    for name in (None, "", "  "):
        with pytest.raises(Invalid):
            say(cast, "guardian", given=True, guardian_name=name)
    with pytest.raises(Invalid):
        say(cast, "advertising", given=True)
    assert "advertising" not in PURPOSES


def test_a_member_gives_and_takes_back_alone(client: HouseClient, cast: Cast) -> None:
    headers = bearer(cast.limei)
    for form, state in (({"give": "1"}, "given"), ({}, "withdrawn")):
        answer = client.post(
            "/me/consents", data={"purpose": "publish_name", **form}, headers=headers
        )
        assert answer.status_code == 303
        assert states(cast)["publish_name"] == state
    assert client.get("/me/consents", headers=headers).status_code == 200


def test_nobody_is_their_own_guardian(client: HouseClient, cast: Cast) -> None:
    form = {"purpose": "guardian", "give": "1", "guardian_name": "李梅"}
    assert client.post("/me/consents", data=form, headers=bearer(cast.limei)).status_code == 404
    assert states(cast)["guardian"] == "never"


def told(cast: Cast, database: SQLAlchemy, member_id: UUID) -> int:
    """How many messages a member has after one more was to be left."""
    transact(
        lambda: leave_message(
            community_id=cast.community_id,
            recipient_id=member_id,
            topic="shop.order_placed",
            payload={"points": 1, "receipt_no": 1, "balance_points": 1},
            now=clocks.now(),
        )
    )
    wanted = select(func.count()).where(OutboxMessage.recipient_id == member_id)
    return database.session.scalar(wanted) or 0


def test_who_did_not_agree_gets_no_messages(cast: Cast, database: SQLAlchemy) -> None:
    assert told(cast, database, cast.limei.id) == 1
    say(cast, "messages", given=False)
    assert told(cast, database, cast.limei.id) == 1
    say(cast, "messages", given=True)
    assert told(cast, database, cast.limei.id) == 2


def test_people_of_a_workbook_are_counted_and_told_nothing(
    cast: Cast, database: SQLAlchemy
) -> None:
    unasked = transact(
        lambda: register_member(
            community_id=cast.community_id,
            person=NewMember("赵小二", phone="13912345678"),
            recorded_by_id=None,
            now=clocks.now(),
        )
    )
    assert told(cast, database, unasked.member_id) == 0
    assert count_members(cast.community_id) == 9
