"""From a person's page to what other rooms know of them: only where the reader may follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import url_for

from pointsvc.activities.queries import find_shifts
from pointsvc.checkin.queries import attendances_of
from pointsvc.communities.queries import get_community
from pointsvc.kernel.i18n import choose_locale, gettext as _
from pointsvc.kernel.permission import Caller
from pointsvc.organisation.permissions import may
from pointsvc.organisation.queries import find_groups, group_ids_of
from pointsvc.web.filters import moment

LATEST: Final = 5


@dataclass(frozen=True, slots=True)
class Link:
    """A page about the person, as a cell shows it."""

    title: str
    url: str
    note: str
    icon: str


def links_about(caller: Caller, member_id: UUID) -> list[Link]:
    """The person's groups, passbook and latest attendances, as far as the reader may see them."""
    assert caller.community_id is not None, "a member's page"
    links: list[Link] = []
    if may(caller, "organisation.read"):
        links += _groups(caller.community_id, member_id)
    if may(caller, "members.write"):
        address = url_for("plots.wishes", member_id=member_id)
        links.append(Link(_("排班意愿"), address, _("哪天方便、不做什么"), "calendar"))
    if may(caller, "ledger.audit"):
        address = url_for("ledger.passbook", member_id=member_id)
        links.append(Link(_("存折"), address, _("每一笔积分和服务时长"), "points"))
    if may(caller, "checkin.trace"):
        links += _attendances(caller.community_id, member_id)
    return links


def _groups(community_id: UUID, member_id: UUID) -> Iterator[Link]:
    mine = group_ids_of(community_id, member_id)
    for group in find_groups(community_id):
        if group.id in mine:
            address = url_for("organisation.group", group_id=group.id)
            yield Link(group.name, address, _("党小组"), "people")


def _attendances(community_id: UUID, member_id: UUID) -> Iterator[Link]:
    zone = get_community(community_id).zone
    latest = attendances_of(community_id, member_id)[:LATEST]
    shifts = find_shifts(community_id=community_id, ids={each.shift_id for each in latest})
    for each in latest:
        shift = shifts[each.shift_id]
        title = f"{shift.kind.called(choose_locale())} · {shift.place_name}"
        address = url_for("checkin.attendance", attendance_id=each.id)
        note = moment(each.in_at, zone)
        yield Link(title, address, note if each.state != "void" else _("已作废"), "calendar")
