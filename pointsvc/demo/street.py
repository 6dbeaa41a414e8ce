"""Building the whole street."""

from __future__ import annotations

from datetime import datetime, timedelta

from pointsvc.audit.actors import SYSTEM
from pointsvc.demo.exchanges import wait_at_the_shop
from pointsvc.demo.founding import AGE_DAYS, Street, found_neighbour, found_street
from pointsvc.demo.neighbours import help_each_other
from pointsvc.demo.oddities import leave_oddities
from pointsvc.demo.past import DAYS, live_past
from pointsvc.demo.people import FOREIGNER, OPERATOR, PASSWORD, PIN
from pointsvc.demo.renewal import renew
from pointsvc.demo.season import plan_season
from pointsvc.demo.second_shop import open_second_shop
from pointsvc.demo.shelves import furnish_shop
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.passwords import hash_secret
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import issue_cards
from pointsvc.members.operators import create_operator
from pointsvc.members.secrets import hash_pin, set_pin


def build_street(now: datetime) -> Street:
    """Found 尚城名邸 and its neighbour, live their past month, open today. Takes some seconds."""
    password_hash = hash_secret(PASSWORD)
    own_id, neighbour_id, operator_id = new_id(), new_id(), new_id()
    street = transact(
        lambda: found_street(community_id=own_id, password_hash=password_hash, now=now)
    )
    transact(
        lambda: found_neighbour(
            community_id=neighbour_id, resident=FOREIGNER, password_hash=password_hash, now=now
        )
    )
    name, phone = OPERATOR
    transact(
        lambda: create_operator(
            operator_id=operator_id, name=name, phone=phone, password_hash=password_hash, now=now
        )
    )
    transact(lambda: _hand_out_cards(street, now - timedelta(days=DAYS + 3)))
    live_past(street, now)
    transact(lambda: plan_season(street, now - timedelta(days=AGE_DAYS), now))
    transact(lambda: help_each_other(street, now))
    transact(lambda: wait_at_the_shop(street, now))
    transact(lambda: furnish_shop(street, now))
    transact(lambda: open_second_shop(street, now))
    transact(lambda: leave_oddities(street, now))
    renew(now)
    return street


def _hand_out_cards(street: Street, at: datetime) -> None:
    member_ids = list(street.people.values())
    issue_cards(community_id=street.community_id, member_ids=member_ids, actor=SYSTEM, now=at)
    pin_hash = hash_pin(PIN)
    for name in ("李梅", "刘洋"):
        set_pin(
            community_id=street.community_id,
            member_id=street.people[name],
            pin_hash=pin_hash,
            actor=SYSTEM,
            now=at,
        )
