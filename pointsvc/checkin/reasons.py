"""What people read under a verdict: one message for each reason, in the reader's language."""

from __future__ import annotations

from typing import Final

from pointsvc.checkin.rules import Reason
from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l

MESSAGES: Final[dict[Reason, LazyText]] = {
    Reason.CODE_MALFORMED: _l("这个码读不懂。请重新扫，或者输入卡上的编号。"),
    Reason.CODE_FORGED: _l("这个码不是本系统发的。"),
    Reason.CODE_EXPIRED: _l("这个码已过期。请刷新屏幕上的码再扫。"),
    Reason.CODE_REVOKED: _l("这张卡已作废。请到社区换卡。"),
    Reason.CODE_FOREIGN: _l("这是别的社区的码。"),
    Reason.CODE_WRONG_KIND: _l("这不是居民的码。"),
    Reason.MEMBER_GONE: _l("这位居民已不在册。"),
    Reason.OWN_CODE: _l("不能给自己签到。请别人来扫，或者扫场次的码。"),
    Reason.NO_SHIFT: _l("现在这里没有开放的场次。"),
    Reason.WHICH_SHIFT: _l("这里有几个场次同时开放，请先选场次。"),
    Reason.WRONG_DIRECTION: _l("这个场次不这样计。"),
    Reason.WAY_OFF: _l("这一类活动不用这种方式签到。"),
    Reason.CLAIMED_AHEAD: _l("扫码时间在将来。请校准设备的时钟。"),
    Reason.CLAIMED_TOO_OLD: _l("扫码时间太久以前了。请找社区专干补录。"),
    Reason.SHIFT_CANCELLED: _l("这个场次已取消。"),
    Reason.TOO_EARLY: _l("还没到时间：开始前 30 分钟起可以签到。"),
    Reason.SHIFT_OVER: _l("这个场次已结束。"),
    Reason.ALREADY_IN: _l("已经签到过了，不用再扫。"),
    Reason.ALREADY_OUT: _l("已经签退过了，不用再扫。"),
    Reason.NOT_IN: _l("还没有签到，不能签退。"),
    Reason.OUT_BEFORE_IN: _l("签退时间早于签到时间。"),
    Reason.OVERLAP: _l("同一时间已在另一个场次签到。请先在那边签退。"),
    Reason.DAY_FULL: _l("今天的服务时间已到上限。"),
    Reason.LATE: _l("上传得太晚，需要组长或社区核实。"),
    Reason.WAS_IN_CONTACT: _l("这台设备在那之后联过网，需要核实。"),
    Reason.SHIFT_MADE_LATER: _l("这个场次是结束以后才建的，需要核实。"),
    Reason.LONG_DAY: _l("今天服务时间超过 8 小时，超出部分需要核实。"),
    Reason.NOT_OUT: _l("没有签退，按计划结束时间记下，需要组长核实。"),
    Reason.WAITING: _l("签到还在核实，签退已记下。"),
    Reason.SIGN_ALONE: _l("已记下，等组长或同场的人确认后计分。"),
    Reason.NEAR_PLACE: _l("手机的位置在场所附近，直接记上。"),
    Reason.BELOW_MINIMUM: _l("服务时间不到计划的要求，这次不计分。"),
    Reason.CAPPED: _l("已到上限，超出部分不计分。"),
    Reason.NO_TARIFF: _l("这类活动还没有积分细则，这次不计分。"),
}


def message_of(reason: str | None) -> str | None:
    """The message of a reason; None where there is none (a refusal's own code, a plain yes)."""
    known = {str(each): each for each in Reason}
    return str(MESSAGES[known[reason]]) if reason in known else None
