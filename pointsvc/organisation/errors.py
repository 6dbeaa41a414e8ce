"""Refusals about groups, roles and devices."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict, NotFound
from pointsvc.kernel.i18n import lazy_gettext as _l


class GroupNumberTaken(Conflict):
    """The community has a group of this number."""

    code = "organisation.group_number_taken"
    message = _l("本社区已经有第 %(number)s 党小组。")


class PlaceTended(Conflict):
    """Another group tends the place."""

    code = "organisation.place_tended"
    message = _l("这个场所已由第 %(number)s 党小组负责，请先解除。")


class OwnRole(Conflict):
    """Nobody grants themselves a role."""

    code = "organisation.own_role"
    message = _l("不能给自己授予角色，请由另一位专干或运营员办理。")


class AuditorExcludes(Conflict):
    """An auditor holds no other role, and who holds another is no auditor."""

    code = "organisation.auditor_excludes"
    message = _l("审计员不能兼任其他角色；请先撤销原有角色。")


class RoleHeld(Conflict):
    """The member holds this role there already."""

    code = "organisation.role_held"
    message = _l("这位居民已有这个角色。")


class EnrolmentSpent(NotFound):
    """The enrolment code was used, is too old, or never was."""

    code = "organisation.enrolment_spent"
    message = _l("启用码不对、已用过或已过期，请专干重新生成。")
