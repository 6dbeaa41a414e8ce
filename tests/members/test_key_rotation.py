"""A new first key: nothing stops, what the older one sealed moves, and it says when it may retire."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.codes import OpenedCode, open_code
from pointsvc.kernel.keys import KeyRing
from pointsvc.kernel.passwords import hash_secret
from pointsvc.kernel.ring import current_ring
from pointsvc.kernel.transaction import transact
from pointsvc.members import resealing, second_steps
from pointsvc.members.cards import find_card, find_card_holder, issue_card
from pointsvc.members.jobs import reseal
from pointsvc.members.models import Member
from pointsvc.members.phones import indexes_of, masked_phone
from pointsvc.members.queries import find_member_by_phone
from pointsvc.members.secrets import set_pin, verify_pin
from tests.support.authenticators import set_up
from tests.support.cast import PASSWORD, Cast, Person, bearer
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

Turn = Callable[..., None]


@pytest.fixture
def turn(app: Flask, database: SQLAlchemy) -> Iterator[Turn]:  # noqa: ARG001 - its context
    """`turn(new_first, …)`: the server goes on with these keys, newest first; the former follow."""
    before = app.extensions["key_ring"]

    def turn_to(ring: KeyRing) -> None:
        app.extensions["key_ring"] = ring
        app.extensions.pop("phone_vault", None)

    yield turn_to
    turn_to(before)


@pytest.fixture
def secrets(app: Flask) -> tuple[str, str]:
    """The key that the cast was raised under, and one that fits before it."""
    former: str = app.extensions["settings"].secret_key
    return app.extensions["key_ring"].draw(), former


def sign_in(client: HouseClient, person: Person) -> int:
    body = {"phone": person.phone, "password": PASSWORD}
    return client.post("/api/v1/sign-in", json=body).status_code


def test_with_a_new_first_key_everything_goes_on(
    cast: Cast, client: HouseClient, turn: Turn, secrets: tuple[str, str]
) -> None:
    headers = bearer(cast.limei)
    issue(cast.limei)
    card = find_card(cast.community_id, cast.limei.id)
    url = client.get("/api/v1/me/code", headers=headers).json
    turn(KeyRing(secrets))
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    assert sign_in(client, cast.hedu) == sign_in(client, cast.heyun) == 200
    assert card is not None
    assert url is not None
    assert isinstance(open_code(current_ring(), url["url"], clocks.now()), OpenedCode)
    holder = find_card_holder(community_id=cast.community_id, text=card.token, now=clocks.now())
    assert holder == cast.limei.id


def issue(person: Person) -> None:
    assert person.community_id is not None
    community_id = person.community_id
    transact(
        lambda: issue_card(
            community_id=community_id, member_id=person.id, actor=SYSTEM, now=clocks.now()
        )
    )


def test_a_worker_that_knows_the_new_key_last_reads_what_the_others_write(
    cast: Cast, client: HouseClient, turn: Turn, secrets: tuple[str, str]
) -> None:
    """First every worker learns the key, then it becomes the first: docs/security.md §3."""
    new, former = secrets
    turn(KeyRing([new, former]))
    reseal(clocks.now())
    turn(KeyRing([former, new]))
    assert sign_in(client, cast.limei) == 200
    assert find_member_by_phone(cast.community_id, cast.hedu.phone) == cast.hedu.id


def test_what_was_resealed_needs_the_old_key_no_more(
    cast: Cast, client: HouseClient, turn: Turn, secrets: tuple[str, str], clock: FrozenClock
) -> None:
    give_pin(cast.liuyang)
    phone = set_up(cast.hedu)
    clock.advance(minutes=1)
    turn(KeyRing(secrets))
    assert reseal(clocks.now()) == 9 + 1 + 1
    turn(KeyRing(secrets[:1]))
    for person in (cast.limei, cast.heyun, cast.chenjing):
        assert sign_in(client, person) == 200
    pin = {"community_id": cast.community_id, "member_id": cast.liuyang.id, "pin": "2580"}
    assert verify_pin(**pin, now=clocks.now())  # type: ignore[arg-type]
    proof = second_steps.prove_second_step(
        subject_id=cast.hedu.id, code=phone.code(), now=clocks.now()
    )
    assert proof == "right"


def give_pin(person: Person) -> None:
    assert person.community_id is not None
    community_id = person.community_id
    transact(
        lambda: set_pin(
            community_id=community_id,
            member_id=person.id,
            pin_hash=hash_secret("2580"),
            actor=SYSTEM,
            now=clocks.now(),
        )
    )


def test_resealing_twice_moves_nothing_twice_and_shows_the_same(
    cast: Cast, turn: Turn, secrets: tuple[str, str], database: SQLAlchemy
) -> None:
    turn(KeyRing(secrets))
    reseal(clocks.now())
    assert reseal(clocks.now()) == 0
    row = database.session.get(Member, (cast.community_id, cast.limei.id))
    assert row is not None
    facts = {"community_id": cast.community_id, "member_id": cast.limei.id}
    assert masked_phone(**facts, cipher=row.phone_cipher) == "138****0001"
    assert row.phone_index == indexes_of(cast.limei.phone)[0]


def test_a_key_may_retire_when_nothing_hangs_on_it(
    cast: Cast, turn: Turn, secrets: tuple[str, str]
) -> None:
    issue(cast.limei)
    turn(KeyRing(secrets))
    older = resealing.uses_of_keys()[1]
    assert (older.sealed_count, older.cards_count, older.may_retire) == (10, 1, False)
    reseal(clocks.now())
    newest, older = resealing.uses_of_keys()
    assert (newest.is_newest, newest.sealed_count, newest.may_retire) == (True, 10, False)
    assert (older.sealed_count, older.cards_count, older.may_retire) == (0, 1, False)


def test_an_operator_from_before_moves_with_their_sign_in(
    cast: Cast, client: HouseClient, turn: Turn, secrets: tuple[str, str], database: SQLAlchemy
) -> None:
    database.session.execute(database.text("UPDATE operators SET phone_cipher = NULL"))
    database.session.commit()
    turn(KeyRing(secrets))
    assert (resealing.operators_to_move(), sign_in(client, cast.heyun)) == (1, 200)
    turn(KeyRing(secrets[:1]))
    assert (resealing.operators_to_move(), sign_in(client, cast.heyun)) == (0, 200)


def test_what_no_key_opens_is_left_alone(
    cast: Cast, turn: Turn, secrets: tuple[str, str], database: SQLAlchemy
) -> None:
    turn(KeyRing([secrets[0], KeyRing(secrets).draw()]))
    before = database.session.get(Member, (cast.community_id, cast.limei.id))
    assert before is not None
    cipher = before.phone_cipher
    assert reseal(clocks.now()) == 0
    database.session.expire_all()
    after = database.session.get(Member, (cast.community_id, cast.limei.id))
    assert after is not None
    assert after.phone_cipher == cipher


def test_one_key_alone_is_no_work(turn: Turn) -> None:
    turn(KeyRing([current_ring().draw()]))
    assert resealing.reseal_batch() == 0
