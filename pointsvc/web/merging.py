"""What goes over when two accounts become one, for the clerk to look at before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from pointsvc.activities.models import Shift, Signup
from pointsvc.extensions import db
from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l
from pointsvc.ledger.balances import AccountBalance, balances_of
from pointsvc.ledger.words import ACCOUNTS
from pointsvc.members.cards import find_card
from pointsvc.members.consents import PURPOSES, TEXTS, consents_of
from pointsvc.members.models import Insurance, Training
from pointsvc.members.queries import MemberFacts, get_member
from pointsvc.organisation.queries import find_groups, grants_of, group_ids_of
from pointsvc.organisation.words import ROLE_NAMES
from pointsvc.plots.models import Assignment
from pointsvc.plots.people.assigning import LIVE
from pointsvc.shop.gone import DECIDABLE
from pointsvc.shop.models import Proxy, Reservation, Wish

COUNTED: Final[dict[str, LazyText]] = {
    "signups": _l("报了名、还没开始的场次"),
    "plots": _l("养护的责任田"),
    "reservations": _l("留着的预约"),
    "wishes": _l("兑换日登记"),
    "proxies": _l("代领人"),
    "covers": _l("培训和保险"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, with everything that would go over if this account ends."""

    member: MemberFacts
    balances: tuple[AccountBalance, ...]
    card_serial: int | None
    groups: tuple[str, ...]
    roles: tuple[LazyText, ...]
    counts: dict[str, int]
    agreed_to: frozenset[str]

    @property
    def lines(self) -> list[tuple[LazyText, AccountBalance]]:
        """The accounts with their names."""
        return [(ACCOUNTS[each.kind], each) for each in self.balances]


def side_of(community_id: UUID, member_id: UUID, *, today: date, now: datetime) -> Side:
    """Read one of the two. Raises NotFound."""
    card = find_card(community_id, member_id)
    mine = group_ids_of(community_id, member_id)
    return Side(
        get_member(community_id, member_id),
        tuple(balances_of(community_id, member_id)),
        card.serial if card else None,
        tuple(group.name for group in find_groups(community_id) if group.id in mine),
        tuple(ROLE_NAMES[grant.role] for grant in grants_of(community_id, member_id)),
        _counts(community_id, member_id, now, today),
        frozenset(p for p, said in consents_of(community_id, member_id).items() if said.is_given),
    )


def needs_second(kept: Side, gone: Side) -> bool:
    """Whether one clerk is not enough, as `merge_members` decides it."""
    one, other = kept.member, gone.member
    has_phone = one.phone is not None or other.phone is not None
    holds = any(each.balance for each in (*kept.balances, *gone.balances))
    return holds or has_phone or one.name != other.name


def lost_consents(kept: Side, gone: Side) -> list[LazyText]:
    """What only the account that ends agreed to: it is not carried over."""
    return [
        TEXTS[purpose].title for purpose in PURPOSES if purpose in gone.agreed_to - kept.agreed_to
    ]


def _counts(community_id: UUID, member_id: UUID, now: datetime, today: date) -> dict[str, int]:
    def count(model: Any, *which: ColumnElement[bool]) -> int:
        own = (model.community_id == community_id, model.member_id == member_id)
        return db.session.scalar(select(func.count()).select_from(model).where(*own, *which)) or 0

    to_come = select(Shift.id).where(Shift.community_id == community_id, Shift.ends_at > now)
    return {
        "signups": count(Signup, Signup.left_at.is_(None), Signup.shift_id.in_(to_come)),
        "plots": count(Assignment, Assignment.state.in_(LIVE)),
        "reservations": count(Reservation, Reservation.state == "open"),
        "wishes": count(Wish, Wish.state.in_(DECIDABLE)),
        "proxies": count(Proxy, Proxy.revoked_at.is_(None)),
        "covers": count(Training, Training.withdrawn_at.is_(None))
        + count(Insurance, Insurance.withdrawn_at.is_(None), Insurance.ends_on >= today),
    }
