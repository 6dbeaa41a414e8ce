"""Refusals of merging and of erasing."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict, Forbidden
from pointsvc.kernel.i18n import lazy_gettext as _l


class MergeRefused(Forbidden):
    """A person with themself, or the account of a clerk or of the clerk's household."""

    code = "members.merge_refused"
    message = _l("不能把一个人和自己合并；自己和同户家人的账户请另一位办事员来办。")


class StillOpen(Conflict):
    """Something of theirs is under way: it would fall between two accounts, or to nobody."""

    code = "members.still_open"
    message = _l("这位居民还有事没办完：%(what)s。请先办完，再来办。")


class RolesDiffer(Conflict):
    """An auditor holds no other role, so the two cannot be one."""

    code = "members.roles_differ"
    message = _l("两个账户的角色不能由一个人担任（审计不能兼任）。请先收回其中一个，再合并。")


class HoldsRole(Conflict):
    """Somebody with a post is not erased: the post is given back first."""

    code = "members.holds_role"
    message = _l("这位居民还担任角色。请先收回角色，再注销。")


class ErasureTooEarly(Conflict):
    """The days in which one may still change one's mind are not over."""

    code = "members.erasure_too_early"
    message = _l("等待期还没有过，本人还可以撤回。到期后再办。")


class ErasureMissing(Conflict):
    """Nobody asked for it, it was withdrawn, or it is done."""

    code = "members.erasure_missing"
    message = _l("没有等着办的注销申请：可能已撤回，或已办完。")


class ErasureAsked(Conflict):
    """One waits already."""

    code = "members.erasure_asked"
    message = _l("注销申请已经提过了，正在等待。")


class IdentityUnchecked(Conflict):
    """Whoever carries it out did not say that they looked at the person's papers."""

    code = "members.identity_unchecked"
    message = _l("请先核对本人的证件，再打勾确认。")


class OwnErasure(Forbidden):
    """Nobody carries out their own."""

    code = "members.own_erasure"
    message = _l("自己的注销请另一位办事员来办。")


class WayInWasYours(Forbidden):
    """Whoever carries it out made the person's way in anew: it may have been they who asked."""

    code = "members.way_in_was_yours"
    message = _l(
        "本人的登录码、手机号、PIN 或居民卡是您近 30 天办的，注销请另一位办事员来办。"
        "没有别人，就请本人撤回，再由您替本人申请，让监督员同意。"
    )
