"""Shifts in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pointsvc.activities.queries import ShiftFacts
from pointsvc.activities.rules.gates import Lack
from pointsvc.kernel import clock
from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l, pause

MINUTES_IN_HOUR: Final = 60
RISK_NAMES: Final[dict[str, LazyText]] = {
    "none": _l("没有特别的风险"),
    "mower": _l("割草机"),
    "ladder": _l("登梯"),
    "pesticide": _l("打药"),
    "night": _l("夜间"),
}
# What may happen: whoever signs up knows it before (《志愿服务条例》 art. 12).
RISK_TEXTS: Final[dict[str, LazyText]] = {
    "mower": _l("用割草机：刀片伤人、石子飞溅。要培训过、有保险，穿长裤和硬底鞋。"),
    "ladder": _l("登梯修剪：会摔下来。要培训过、有保险，下面有人扶梯子。"),
    "pesticide": _l("打药：会中毒。要培训过、有保险，戴口罩手套，当天不带孩子来。"),
    "night": _l("夜间：看不清路，可能遇到生人。要培训过、有保险，两人一起走。"),
}


def span_in_words(shift: ShiftFacts, zone: str) -> str:
    """08:00–10:00, 22:30–次日 00:00: on the community's clocks."""
    begins, ends = clock.local(shift.starts_at, zone), clock.local(shift.ends_at, zone)
    if ends.date() == begins.date():
        return f"{begins:%H:%M}–{ends:%H:%M}"
    return f"{begins:%H:%M}–" + _("次日 %(time)s", time=f"{ends:%H:%M}")


def length_in_words(minutes: int) -> str:
    """90 → 1 小时 30 分钟."""
    hours, rest = divmod(minutes, MINUTES_IN_HOUR)
    if not hours:
        return _("%(minutes)s 分钟", minutes=rest)
    if rest:
        return _("%(hours)s 小时 %(minutes)s 分钟", hours=hours, minutes=rest)
    return _("%(hours)s 小时", hours=hours)


def lack_in_words(lack: Lack, risk: str) -> str:
    """What is missing, and whom to ask for it."""
    words = {
        "not_trained": _(
            "还没有登记%(topic)s培训。参加过的请专干登记，没有的问专干下次什么时候培训"
        ),
        "training_ran_out": _("%(topic)s培训 %(on)s 到期了，请专干安排再训并登记"),
        "not_insured": _("还没有登记意外险，请把保险号告诉专干"),
        "insurance_ended": _("意外险 %(on)s 到期，管不到那一天，请专干续上"),
        "insurance_begins": _("意外险 %(on)s 才生效，管不到那一天；要提前请找专干"),
        "too_young": _("%(topic)s要满 %(age)s 岁，欢迎报别的活动"),
        "too_old": _("%(topic)s最大到 %(age)s 岁，为了您的安全，欢迎报别的活动"),
        "age_unknown": _("还没有登记生日，请专干补上"),
    }[lack.code]
    topic = str(RISK_NAMES[risk])
    return words % {"topic": topic, "on": lack.on.isoformat() if lack.on else "", "age": lack.age}


def lacks_in_words(lacks: Iterable[Lack], risk: str) -> str:
    """All of it in one sentence."""
    return pause("；").join(lack_in_words(lack, risk) for lack in lacks)


def lacks_told_to_others(codes: Iterable[str]) -> str:
    """What a leader is told of somebody else: what to get done, and nothing of their birthday."""
    words = {
        "not_trained": _("还没有登记培训"),
        "training_ran_out": _("培训到期了"),
        "not_insured": _("还没有登记意外险"),
        "insurance_ended": _("意外险管不到那一天"),
        "insurance_begins": _("意外险管不到那一天"),
        "too_young": _("不合这类活动的要求，详情请问专干"),
        "too_old": _("不合这类活动的要求，详情请问专干"),
        "age_unknown": _("不合这类活动的要求，详情请问专干"),
    }
    return pause("；").join(dict.fromkeys(words[code] for code in codes))
