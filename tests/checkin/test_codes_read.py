"""Whatever a scanner types is read; what does not hold is refused with its reason, member unknown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import func, select

from pointsvc.audit.actors import SYSTEM
from pointsvc.checkin.codes import MemberCode, new_typed_digits, read_member_code
from pointsvc.checkin.errors import (
    CodeExpired,
    CodeForeign,
    CodeForged,
    CodeMalformed,
    CodeRevoked,
    CodeSpent,
    CodeWrongKind,
)
from pointsvc.checkin.models import Attendance, Scan
from pointsvc.checkin.spent_codes import spend_code
from pointsvc.extensions import db
from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import revoke_card
from tests.checkin.duty import Duty
from tests.support.cast import Cast, Person
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")


def read(duty: Duty, text: str) -> MemberCode:
    now = duty.now()
    return read_member_code(text=text, community_id=duty.community_id, now=now)


def typed_digits(duty: Duty, person: Person) -> str:
    now = duty.now()
    return transact(
        lambda: new_typed_digits(community_id=duty.community_id, member_id=person.id, now=now)
    )


def lose_card(duty: Duty, person: Person) -> None:
    transact(
        lambda: revoke_card(
            community_id=duty.community_id,
            member_id=person.id,
            reason="lost",
            actor=SYSTEM,
            now=duty.now(),
        )
    )


def forged(code: str) -> str:
    return code[:-1] + ("0" if code[-1] != "0" else "8")


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda url: url.replace(".", "。").replace(":", "："),
        lambda url: url.rpartition("/")[2],
        lambda url: "-".join([url[-15:-10], url[-10:-5], url[-5:]]),
        lambda url: f"  {url}\r\n",
        lambda url: f"{url}?from=timeline",
    ],
    ids=["lower", "chinese", "bare", "groups", "spaces", "query"],
)
def test_a_card_is_read_however_it_is_typed(
    duty: Duty, cast: Cast, typed: Callable[[str], str]
) -> None:
    found = read(duty, typed(duty.card(cast.limei)))
    assert (found.member_id, found.proof, found.step) == (cast.limei.id, "card", None)


def test_eight_digits_stand_for_the_code_above_them(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    digits = typed_digits(duty, cast.limei)
    shown = read(duty, duty.phone(cast.limei))
    found = read(duty, f"{digits[:4]} {digits[4:]}")
    assert (found.proof, found.number, found.step) == ("typed", shown.number, shown.step)
    clock.advance(seconds=60)
    with pytest.raises(CodeExpired):
        read(duty, digits)


def test_digits_that_are_read_out_keep_their_minute_beside_new_ones(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    old = typed_digits(duty, cast.limei)
    clock.advance(seconds=59)
    new = typed_digits(duty, cast.limei)
    assert read(duty, old).member_id == read(duty, new).member_id == cast.limei.id
    clock.advance(seconds=1)
    with pytest.raises(CodeExpired):
        read(duty, old)


@pytest.mark.parametrize("text", ["", "hello", "https://g.cn/c/", "1" * 15, "\x00" * 23])
def test_what_is_no_code_is_malformed_or_forged(duty: Duty, text: str) -> None:
    with pytest.raises((CodeMalformed, CodeForged)):
        read(duty, text)


def test_a_code_of_yesterday_is_expired(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    code = duty.phone(cast.limei)
    clock.advance(minutes=2)
    with pytest.raises(CodeExpired):
        read(duty, code)


def test_a_code_of_two_hours_ago_does_not_come_round(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    code = duty.phone(cast.limei)
    clock.advance(seconds=256 * 30)
    with pytest.raises(CodeForged):
        read(duty, code)


@pytest.mark.parametrize("code", ["sign", "shift_url"])
def test_a_place_is_no_person(duty: Duty, code: str) -> None:
    with pytest.raises(CodeWrongKind):
        read(duty, getattr(duty, code)())


def test_a_lost_card_never_works_again(duty: Duty, cast: Cast) -> None:
    old = duty.card(cast.limei)
    lose_card(duty, cast.limei)
    new = duty.card(cast.limei)
    with pytest.raises(CodeRevoked):
        read(duty, old)
    assert read(duty, new).member_id == cast.limei.id


def test_a_changing_code_is_spent_once(duty: Duty, cast: Cast) -> None:
    code, order, other = read(duty, duty.phone(cast.limei)), new_id(), new_id()

    def spend(on: object) -> None:
        transact(lambda: spend_code(community_id=duty.community_id, code=code, on_id=on))  # type: ignore[arg-type]

    spend(order)
    spend(order)
    with pytest.raises(CodeSpent):
        spend(other)


def test_spending_the_digits_spends_the_code_above_them(duty: Duty, cast: Cast) -> None:
    digits = read(duty, typed_digits(duty, cast.limei))
    shown = read(duty, duty.phone(cast.limei))
    transact(lambda: spend_code(community_id=duty.community_id, code=digits, on_id=new_id()))
    with pytest.raises(CodeSpent):
        transact(lambda: spend_code(community_id=duty.community_id, code=shown, on_id=new_id()))


def test_a_printed_card_is_not_spent(duty: Duty, cast: Cast) -> None:
    card = read(duty, duty.card(cast.limei))
    for _time in range(2):
        transact(lambda: spend_code(community_id=duty.community_id, code=card, on_id=new_id()))


@pytest.mark.parametrize(
    ("bad", "refusal"),
    [
        ("malformed", CodeMalformed),
        ("forged", CodeForged),
        ("expired", CodeExpired),
        ("revoked", CodeRevoked),
        ("foreign", CodeForeign),
    ],
)
def test_a_bad_code_is_a_refused_scan_without_member_or_effect(
    duty: Duty, cast: Cast, clock: FrozenClock, bad: str, refusal: type[Conflict]
) -> None:
    code = _bad_code(duty, cast, clock, bad)
    answer = duty.scan(cast.wangqiang, code)
    assert (answer.verdict, answer.reason, answer.member_id) == ("refused", refusal.code, None)
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 0
    assert db.session.scalars(select(Scan.verdict)).all() == ["refused"]
    with pytest.raises(refusal):
        read(duty, code)


def _bad_code(duty: Duty, cast: Cast, clock: FrozenClock, bad: str) -> str:
    if bad == "malformed":
        return "https://example.com/"
    if bad == "forged":
        return forged(duty.card(cast.limei))
    if bad == "foreign":
        return duty.card(cast.chenjing)
    code = duty.card(cast.limei) if bad == "revoked" else duty.phone(cast.limei)
    if bad == "revoked":
        lose_card(duty, cast.limei)
    else:
        clock.advance(minutes=5)
    return code


def test_who_pays_twice_in_one_step_is_shown_a_code_that_is_not_spent(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    numbers = []
    for _purchase in range(3):
        code, order = read(duty, duty.phone(cast.limei)), new_id()
        transact(partial(spend_code, community_id=duty.community_id, code=code, on_id=order))
        numbers.append(code.number)
    assert len(set(numbers)) == 3
    clock.advance(seconds=30)
    assert read(duty, duty.phone(cast.limei)).number in numbers
