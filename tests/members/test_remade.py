"""A way in that somebody else made anew: its holder does not approve for a day, and is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from pointsvc.audit.actors import SYSTEM, Actor, member_actor
from pointsvc.extensions import db
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.models import OutboxMessage
from pointsvc.kernel.transaction import transact
from pointsvc.members import cards, editing, first_sign_ins, secrets
from pointsvc.members.errors import WayInRemade
from pointsvc.members.remade import check_own_hands
from pointsvc.members.sign_in import Identity, enter
from tests.support.cast import Cast, Person
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")

Remake = Callable[[Person, Actor], object]


@pytest.fixture
def hedu(cast: Cast, database: SQLAlchemy) -> Person:  # noqa: ARG001 - its context
    """何督, who has a password, as the whole cast has."""
    return cast.hedu


@pytest.fixture
def newcomer(cast: Cast, database: SQLAlchemy) -> Person:  # noqa: ARG001 - its context
    """何督 as one who never had a password."""
    facts = of(cast.hedu, SYSTEM)
    transact(lambda: editing.change_phone(phone="13900000088", **facts))
    return cast.hedu


def of(person: Person, actor: Actor) -> dict[str, Any]:
    return {
        "community_id": person.community_id,
        "member_id": person.id,
        "actor": actor,
        "now": clocks.now(),
    }


def today() -> dict[str, Any]:
    return {"today": clocks.local_day(clocks.now(), clocks.DEFAULT_ZONE)}


def slip(person: Person, actor: Actor) -> None:
    transact(lambda: first_sign_ins.print_slip(**of(person, actor), **today()))


def invitation(person: Person, actor: Actor) -> None:
    transact(lambda: first_sign_ins.invite(**of(person, actor), **today()))


def phone(person: Person, actor: Actor) -> None:
    transact(lambda: editing.change_phone(phone="13900000099", **of(person, actor)))


def pin(person: Person, actor: Actor) -> None:
    transact(lambda: secrets.set_pin(pin_hash="-", **of(person, actor)))


def card(person: Person, actor: Actor) -> None:
    transact(lambda: cards.issue_card(**of(person, actor)))


def replaced(person: Person, actor: Actor) -> None:
    card(person, SYSTEM)
    transact(lambda: cards.replace_card(reason="lost", **of(person, actor)))


def come_in(person: Person, on_device: object = None) -> None:
    """Sign in on the own phone, or with the card at a device (any id serves the trail)."""
    identity = Identity("member", person.id, person.name, person.community_id, "")
    facts: dict[str, Any] = {"agent": "", "now": clocks.now(), "on_device_id": on_device}
    transact(lambda: enter(identity=identity, **facts, **today()))


def may(person: Person, *, by_card: bool = False) -> bool:
    assert person.community_id is not None
    try:
        check_own_hands(
            community_id=person.community_id,
            member_id=person.id,
            by_card=by_card,
            now=clocks.now(),
        )
    except WayInRemade:
        return False
    return True


def told(person: Person) -> list[str]:
    wanted = select(OutboxMessage.topic).where(OutboxMessage.recipient_id == person.id)
    return list(db.session.scalars(wanted))


@pytest.mark.parametrize("remake", [slip, invitation, phone])
def test_another_password_by_the_clerk_bars_approving_for_a_day(
    cast: Cast, hedu: Person, clock: FrozenClock, remake: Remake
) -> None:
    assert may(hedu)
    remake(hedu, member_actor(cast.zhaofang.id))
    clock.advance(hours=23, minutes=59)
    assert not may(hedu)
    clock.advance(minutes=1)
    assert may(hedu)


@pytest.mark.parametrize("remake", [pin, card, replaced])
def test_another_card_or_pin_bars_approving_by_card_only(
    cast: Cast, hedu: Person, clock: FrozenClock, remake: Remake
) -> None:
    remake(hedu, member_actor(cast.zhaofang.id))
    assert (may(hedu), may(hedu, by_card=True)) == (True, False)
    clock.advance(hours=24)
    assert may(hedu, by_card=True)


def test_a_changing_code_shown_at_a_device_is_as_good_as_the_card(cast: Cast, hedu: Person) -> None:
    """Who has card and PIN signs in at the till, and it shows the code of a phone."""
    pin(hedu, member_actor(cast.zhaofang.id))
    come_in(hedu)
    assert may(hedu)
    come_in(hedu, on_device=cast.shop_id)
    assert not may(hedu)


@pytest.mark.parametrize("remake", [slip, invitation, phone])
def test_a_first_way_in_does_not_bar(cast: Cast, newcomer: Person, remake: Remake) -> None:
    """A new supervisor works at once."""
    remake(newcomer, member_actor(cast.zhaofang.id))
    assert may(newcomer)


@pytest.mark.parametrize("remake", [slip, invitation, phone, pin])
def test_own_hands_operator_and_system_do_not_bar(cast: Cast, hedu: Person, remake: Remake) -> None:
    for actor in (member_actor(hedu.id), SYSTEM, Actor("operator", cast.heyun.id)):
        remake(hedu, actor)
    assert may(hedu, by_card=True)
    assert told(hedu) == []


def test_a_password_of_before_is_remembered(cast: Cast, hedu: Person, clock: FrozenClock) -> None:
    """Let go and taken back, nobody has a password; the next slip is no first one."""
    come_in(hedu)
    clerk = member_actor(cast.zhaofang.id)
    transact(lambda: editing.let_go(**of(hedu, clerk)))
    transact(lambda: editing.take_back(**of(hedu, clerk)))
    clock.advance(days=2)
    slip(hedu, clerk)
    assert not may(hedu)


@pytest.mark.parametrize(
    ("remake", "topic"),
    [
        (slip, "members.slip_remade"),
        (phone, "members.phone_remade"),
        (pin, "members.pin_remade"),
    ],
)
def test_the_person_is_told_whatever_they_said_about_messages(
    cast: Cast, hedu: Person, remake: Remake, topic: str
) -> None:
    clerk = cast.zhaofang.id
    transact(
        lambda: editing.say_consent(
            community_id=cast.community_id,
            member_id=hedu.id,
            purpose="messages",
            given=False,
            recorded_by_id=clerk,
            now=clocks.now(),
        )
    )
    remake(hedu, member_actor(clerk))
    assert told(hedu) == [topic]


def test_a_first_slip_is_no_news(cast: Cast, newcomer: Person) -> None:
    slip(newcomer, member_actor(cast.zhaofang.id))
    assert told(newcomer) == []
