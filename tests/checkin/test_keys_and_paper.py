"""Codes as they are printed and shown: sizes, key rotation, and cards that were lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, current_app

from pointsvc.audit.actors import SYSTEM
from pointsvc.checkin.codes import sign_url
from pointsvc.kernel import base32, qr
from pointsvc.kernel.keys import KeyRing
from pointsvc.kernel.ring import current_ring
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import count_unreadable_cards, find_card, replace_card
from tests.checkin.duty import Duty
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock
from tests.support.databases import SECRET_KEY

pytestmark = pytest.mark.engines("sqlite")

NEW_KEY = "the-second-secret-of-the-tests-123456789"
HOST = "https://lvzhanghu.gov.cn"  # 24 characters


@pytest.fixture(autouse=True)
def old_ring(app: Flask) -> Iterator[KeyRing]:
    """The tests' own keys come back afterwards."""
    before: KeyRing = app.extensions["key_ring"]
    yield before
    app.extensions["key_ring"] = before


def use_keys(*secrets: str) -> None:
    current_app.extensions["key_ring"] = KeyRing(secrets)


def token(url: str) -> str:
    return url.rpartition("/")[2]


def test_paper_has_fifteen_characters_and_screens_twenty_three(duty: Duty, cast: Cast) -> None:
    urls = [duty.card(cast.limei), duty.sign(), duty.phone(cast.limei), duty.shift_url()]
    assert [len(token(url)) for url in urls] == [15, 15, 23, 23]
    assert set("".join(map(token, urls))) <= set(base32.ALPHABET)


def test_the_bits_are_those_that_were_agreed(duty: Duty, cast: Cast) -> None:
    """Kind 3, key id 4, number 33, then step 8 on what changes."""
    data = base32.decode(token(duty.phone(cast.limei)))
    head = int.from_bytes(data[:5])
    assert (head >> 37, head >> 33 & 0xF) == (3, current_ring().newest.code_id)
    assert data[5] == int(duty.now().timestamp()) // 30 % 256
    assert len(data) == 5 + 1 + 8


@pytest.mark.parametrize("kind", ["card", "phone", "sign", "shift_url"])
def test_every_code_fits_a_small_symbol(duty: Duty, cast: Cast, kind: str) -> None:
    """At most version 4 at ECC Q for an address of 24 characters."""
    of = {"card": cast.limei, "phone": cast.limei}.get(kind)
    url = getattr(duty, kind)(*([of] if of else []))
    assert qr.version_of(f"{HOST[:21]}/c/{token(url)}") <= 4


def test_a_new_key_leaves_paper_and_screens_valid(duty: Duty, cast: Cast) -> None:
    old = {"card": duty.card(cast.limei), "sign": duty.sign()}
    use_keys(NEW_KEY, SECRET_KEY)
    assert duty.scan(cast.wangqiang, old["card"]).verdict == "accepted"
    assert duty.scan(cast.liuyang, old["sign"]).verdict == "provisional"


def test_what_is_shown_after_a_rotation_is_sealed_with_the_new_key(duty: Duty, cast: Cast) -> None:
    use_keys(NEW_KEY, SECRET_KEY)
    shown = [duty.phone(cast.limei), duty.sign()]
    use_keys(NEW_KEY)
    assert duty.scan(cast.wangqiang, shown[0]).verdict == "accepted"
    assert duty.scan(cast.liuyang, shown[1]).verdict == "provisional"


def test_a_card_of_a_retired_key_is_refused_without_a_name(duty: Duty, cast: Cast) -> None:
    card = duty.card(cast.limei)
    use_keys(NEW_KEY)
    answer = duty.scan(cast.wangqiang, card)
    assert (answer.verdict, answer.reason, answer.member_id) == ("refused", "code.forged", None)


def test_a_card_printed_again_after_a_rotation_is_the_same_card(duty: Duty, cast: Cast) -> None:
    """The key that the card's row names is the key on paper, so a copy knows which keys it needs."""
    first = duty.card(cast.limei)
    use_keys(NEW_KEY, SECRET_KEY)
    assert duty.card(cast.limei) == first
    assert count_unreadable_cards() == 0


def test_a_key_is_missed_while_its_cards_are_in_use(duty: Duty, cast: Cast) -> None:
    duty.card(cast.limei)
    use_keys(NEW_KEY)
    assert count_unreadable_cards() == 1


def test_a_replaced_card_never_works_again_and_the_new_one_does(duty: Duty, cast: Cast) -> None:
    old, here, now = duty.card(cast.limei), duty.community_id, duty.now()
    transact(
        lambda: replace_card(
            community_id=here, member_id=cast.limei.id, reason="lost", actor=SYSTEM, now=now
        )
    )
    new = find_card(here, cast.limei.id)
    assert new is not None
    assert duty.scan(cast.wangqiang, old).reason == "code.revoked"
    assert duty.scan(cast.wangqiang, new.token).verdict == "accepted"


def test_a_places_sign_stays_the_same(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    first = duty.sign()
    clock.advance(days=400)
    again = transact(
        lambda: sign_url(
            community_id=duty.community_id,
            place_id=cast.plot_id,
            base="https://g.cn",
            now=duty.now(),
        )
    )
    assert again == first
