"""Refusals around the second person: merging and erasing are not one clerk's own affair."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.i18n import lazy_gettext as _l


class SecondPersonMissing(Conflict):
    """Points or minutes are there, or names or phones differ; or an erasure that nobody agreed to."""

    code = "members.second_person_missing"
    message = _l("这件事要另一位办事员或监督员同意，一个人办不了。请先提申请。")


class RequestWaiting(Conflict):
    """Something is asked about one of these accounts already."""

    code = "members.request_waiting"
    message = _l("这个账户已经有一条申请在等，请先等它有结果，或撤回。")


class RequestEnded(Conflict):
    """Somebody decided it, stopped it or took it back, or nobody answered in time."""

    code = "members.request_ended"
    message = _l("这条申请已经有结果了，或者过了时候。请刷新看看。")


class RequestTooNew(Conflict):
    """Whose accounts they are have a day to stop what cannot be taken back."""

    code = "members.request_too_new"
    message = _l("合并以后不能拆开，本人有一天时间叫停。请满一天再来同意。")


class DeciderNotAllowed(Conflict):
    """Who decides is another person than who asked, and of none of their households (L15)."""

    code = "members.decider_not_allowed"
    message = _l("须由另一位办事员或监督员来定：不能是申请的人、账户本人，也不能是他们的家人。")


class DeciderWasMade(Conflict):
    """Who asked made the decider's way in, or chose them: it may be one person twice (L15)."""

    code = "members.decider_was_made"
    message = _l("您的角色、登录码、手机号、PIN 或居民卡是申请的人近 30 天办的，请另一位来定。")


class AskerGone(Conflict):
    """Who asked has left, or is merged or erased: nobody stands for it any more."""

    code = "members.asker_gone"
    message = _l("申请的人已经不在册了，这条申请办不了。还要办，请另一位办事员重新申请。")


class OwnDeviceNeeded(Conflict):
    """Who decides is signed in by themself, not by a card at a device that many people use."""

    code = "members.own_device_needed"
    message = _l("请用您自己的手机或电脑登录来办，不能在公用设备上。")
