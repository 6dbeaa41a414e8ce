"""二次验证: begun, confirmed, asked for, spent, lost, reset."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from pointsvc.audit.actors import SYSTEM, Actor, member_actor
from pointsvc.audit.queries import events_about
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.models import OutboxMessage
from pointsvc.kernel.transaction import transact
from pointsvc.members import second_steps
from pointsvc.members.errors import (
    OwnSecondStep,
    SecondStepUnready,
    TooManyFailures,
    TotpWrong,
    WayInRemade,
)
from pointsvc.members.models import RecoveryCode, SecondStep
from pointsvc.members.remade import check_own_hands
from tests.support.authenticators import Authenticator, set_up
from tests.support.cast import Cast, Person
from tests.support.clocks import FrozenClock


@pytest.fixture
def hedu(cast: Cast, database: SQLAlchemy) -> Person:  # noqa: ARG001 - its context
    return cast.hedu


@pytest.fixture
def phone(hedu: Person, clock: FrozenClock) -> Authenticator:
    """何督's, some minutes after he set it up."""
    phone = set_up(hedu)
    clock.advance(minutes=5)
    return phone


def prove(person: Person, code: str) -> str:
    return second_steps.prove_second_step(subject_id=person.id, code=code, now=clocks.now())


def reset(person: Person, actor: Actor, community_id: object = None) -> None:
    transact(
        lambda: second_steps.reset_second_step(
            subject_id=person.id,
            community_id=community_id or person.community_id,  # type: ignore[arg-type]
            actor=actor,
            now=clocks.now(),
        )
    )


def test_a_secret_counts_only_once_it_was_confirmed(hedu: Person) -> None:
    whose = {"subject_id": hedu.id, "community_id": hedu.community_id, "now": clocks.now()}
    transact(lambda: second_steps.begin_second_step(**whose))  # type: ignore[arg-type]
    assert not second_steps.has_second_step(hedu.id)
    with pytest.raises(TotpWrong):
        transact(lambda: second_steps.confirm_second_step(**whose, code="000000"))  # type: ignore[arg-type]
    assert not second_steps.has_second_step(hedu.id)


def test_a_secret_that_waited_too_long_is_begun_anew(hedu: Person, clock: FrozenClock) -> None:
    whose = {"subject_id": hedu.id, "community_id": hedu.community_id}
    transact(lambda: second_steps.begin_second_step(**whose, now=clocks.now()))  # type: ignore[arg-type]
    clock.advance(minutes=31)
    with pytest.raises(SecondStepUnready):
        transact(
            lambda: second_steps.confirm_second_step(**whose, code="000000", now=clocks.now())  # type: ignore[arg-type]
        )


@pytest.mark.usefixtures("phone")
def test_one_in_use_is_not_begun_again(hedu: Person) -> None:
    with pytest.raises(SecondStepUnready):
        transact(
            lambda: second_steps.begin_second_step(
                subject_id=hedu.id, community_id=hedu.community_id, now=clocks.now()
            )
        )


def test_a_code_proves_once(hedu: Person, phone: Authenticator, clock: FrozenClock) -> None:
    code = phone.code()
    assert [prove(hedu, code), prove(hedu, code)] == ["right", "spent"]
    clock.advance(seconds=30)
    assert prove(hedu, code) == "spent"
    assert prove(hedu, phone.code()) == "right"


def test_a_code_of_before_one_that_was_used_does_not_count(
    hedu: Person, phone: Authenticator, clock: FrozenClock
) -> None:
    older = phone.code()
    clock.advance(seconds=30)
    assert prove(hedu, phone.code()) == "right"
    assert prove(hedu, older) == "spent"


def test_two_at_once_with_one_code_are_one(app: Flask, hedu: Person, phone: Authenticator) -> None:
    code, barrier, proofs = phone.code(), Barrier(4), list[str]()

    def try_it() -> None:
        with app.app_context():
            barrier.wait()
            proofs.append(prove(hedu, code))

    threads = [Thread(target=try_it) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(proofs) == ["right", "spent", "spent", "spent"]


def test_a_recovery_code_proves_once_however_it_is_typed(
    hedu: Person, phone: Authenticator
) -> None:
    code = phone.recovery_codes[3]
    assert prove(hedu, f" {code.lower().replace('-', '')} ") == "right"
    assert prove(hedu, code) == "wrong"
    assert second_steps.recovery_codes_left(hedu.id) == 9


def test_recovery_codes_and_secret_are_not_readable_in_the_database(
    hedu: Person, phone: Authenticator, database: SQLAlchemy
) -> None:
    row = database.session.get(SecondStep, hedu.id)
    assert row is not None
    assert phone.secret not in row.secret_cipher
    hashes = list(database.session.scalars(database.select(RecoveryCode.code_hash)))
    assert len(hashes) == len(set(phone.recovery_codes)) == 10
    assert {len(each) for each in hashes} == {32}


@pytest.mark.usefixtures("phone")
def test_five_wrong_codes_close_it_and_spent_ones_do_not(
    hedu: Person, phone: Authenticator, clock: FrozenClock
) -> None:
    code = phone.code()
    assert [prove(hedu, code) for _again in range(7)] == ["right", *["spent"] * 6]
    assert [prove(hedu, "123") for _guess in range(5)] == ["wrong"] * 5
    clock.advance(seconds=60)
    with pytest.raises(TooManyFailures):
        prove(hedu, phone.code())
    clock.advance(minutes=15)
    assert prove(hedu, phone.code()) == "right"


def test_a_clerk_resets_it_and_it_is_told_traced_and_approves_nothing_for_a_day(
    cast: Cast, hedu: Person, phone: Authenticator, database: SQLAlchemy, clock: FrozenClock
) -> None:
    reset(hedu, member_actor(cast.zhaofang.id))
    assert (second_steps.has_second_step(hedu.id), prove(hedu, phone.code())) == (False, "wrong")
    whose = {"community_id": cast.community_id, "member_id": hedu.id, "by_card": False}
    with pytest.raises(WayInRemade):
        check_own_hands(**whose, now=clocks.now())  # type: ignore[arg-type]
    topics = set(database.session.scalars(database.select(OutboxMessage.topic)))
    assert "members.totp_remade" in topics
    clock.advance(hours=25)
    check_own_hands(**whose, now=clocks.now())  # type: ignore[arg-type]


@pytest.mark.usefixtures("phone")
def test_the_operator_s_reset_counts_as_well(cast: Cast, hedu: Person) -> None:
    reset(hedu, SYSTEM)
    with pytest.raises(WayInRemade):
        check_own_hands(
            community_id=cast.community_id, member_id=hedu.id, by_card=False, now=clocks.now()
        )


@pytest.mark.usefixtures("phone")
def test_nobody_resets_their_own_nor_another_community_s(cast: Cast, hedu: Person) -> None:
    with pytest.raises(OwnSecondStep):
        reset(hedu, member_actor(hedu.id))
    with pytest.raises(NotFound):
        reset(hedu, member_actor(cast.chenjing.id), cast.other_community_id)
    assert second_steps.has_second_step(hedu.id)


@pytest.mark.usefixtures("phone")
def test_what_is_set_up_and_lost_is_in_the_trail(cast: Cast, hedu: Person) -> None:
    reset(hedu, member_actor(cast.zhaofang.id))
    events = events_about(
        cast.community_id,
        hedu.id,
        actions={"members.totp_enrolled", "members.totp_reset"},
        since=clocks.now() - second_steps.BEGUN_LASTS,
    )
    assert {event.action for event in events} == {"members.totp_enrolled", "members.totp_reset"}
