"""The people in what clerks ask about accounts: their names, and the accounts as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from pointsvc.kernel.i18n import gettext as _
from pointsvc.members.operators import find_operator
from pointsvc.members.person_requests import PersonAsked
from pointsvc.members.queries import names_of
from pointsvc.web.merging import Side, side_of


def names_in(community_id: UUID, requests: Sequence[PersonAsked]) -> dict[UUID, str]:
    """Who is meant, who asked, who decided."""
    people = {id_ for each in requests for id_ in (*each.accounts, each.asked_by_id)}
    return names_with_operators(
        community_id, people | {each.decided_by_id for each in requests if each.decided_by_id}
    )


def names_with_operators(community_id: UUID, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names by id; an operator, who is no member, is named as such."""
    wanted = set(ids)
    names = names_of(community_id, sorted(wanted))
    for each in wanted - names.keys():
        operator = find_operator(each)
        if operator is not None:
            names[each] = _("运营员 %(name)s", name=operator.name)
    return names


def sides_of(
    community_id: UUID, asked: PersonAsked, *, today: date, now: datetime
) -> tuple[Side, Side | None]:
    """The account that ends, and the one that goes on."""
    gone = side_of(community_id, asked.member_id, today=today, now=now)
    if asked.into_id is None:
        return gone, None
    return gone, side_of(community_id, asked.into_id, today=today, now=now)
