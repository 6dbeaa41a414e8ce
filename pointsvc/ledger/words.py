"""The books' codes as people read them."""

from __future__ import annotations

from typing import Final

from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l

KINDS: Final[dict[str, LazyText]] = {
    "award": _l("志愿服务积分"),
    "service": _l("服务时长"),
    "opening": _l("原有积分转入"),
    "release": _l("公示期满，积分到账"),
    "annul": _l("积分取消"),
    "payment": _l("积分超市兑换"),
    "refund": _l("兑换退回"),
    "reserve": _l("预约兑换"),
    "unreserve": _l("预约取消"),
    "expire": _l("积分到期"),
    "regrant": _l("到期积分退还"),
    "take_back": _l("积分更正扣回"),
    "owe": _l("待抵扣"),
    "settle": _l("抵扣旧账"),
    "donate": _l("捐出积分"),
    "merge": _l("账户合并"),
    "adjust": _l("人工调整"),
}
ACCOUNTS: Final[dict[str, LazyText]] = {
    "wallet": _l("可用"),
    "review": _l("待公示"),
    "reserved": _l("预留"),
    "receivable": _l("待抵扣"),
    "minutes": _l("服务时长"),
    "issuance": _l("发放"),
    "opening": _l("原有台账"),
    "shop": _l("积分超市"),
    "expired": _l("到期"),
    "donated": _l("捐出"),
    "receivable_contra": _l("待抵扣的对方"),
    "service": _l("社区服务"),
}
SOURCES: Final[dict[str, LazyText]] = {
    "attendance": _l("考勤"),
    "scan": _l("投放扫码"),
    "plot_bonus": _l("责任田验收"),
    "order_line": _l("兑换单的一行"),
    "hold": _l("预约单的一行"),
    "import": _l("导入的台账"),
    "account": _l("到期的存折"),
    "adjustment": _l("人工调整"),
    "merge": _l("合并的账户"),
    "erasure": _l("注销的账户"),
}
# Reasons that the house itself writes; any other is an activity's code or a person's own words.
REASONS: Final[dict[str, LazyText]] = {
    "shop.order": _l("积分超市"),
    "shop.refund": _l("积分超市"),
    "shop.reservation": _l("积分超市"),
    "shop.released": _l("积分超市"),
    "opening": _l("从原来的台账转来"),
    "merge": _l("两个账户合成一个"),
    "erase": _l("账户注销"),
    "expire": _l("过了期限"),
    "checkin.annulled": _l("没有核实"),
    "checkin.released": _l("核实了"),
    "checkin.cancelled": _l("场次取消了"),
    "checkin.replaced_auto": _l("补了签退，重新记"),
}
CHECKS: Final[dict[str, LazyText]] = {
    "L1": _l("每一笔都有来处和去处，数额相等"),
    "L2": _l("发放的减去用掉的，正好是大家手里的"),
    "L3": _l("历史记录的锁都在，改不了、删不掉"),
    "L4": _l("存折一行接一行，不缺不重"),
    "L5": _l("没有一本存折是负数"),
    "L6": _l("存折封面上的余额就是最后一行"),
    "L7": _l("每一笔在存折上都有一行，不多不少"),
    "L8": _l("一件事只记一次"),
    "L10": _l("待公示、预留的积分只了结一次"),
    "L12": _l("扣回和退回不超过原来的数额"),
    "L15": _l("要两个人的事，是两个不同的人"),
    "A1": _l("每一行的指纹都对得上前一行"),
    "seals": _l("每天的封账根都能重新算出来，并接着前一天"),
    "gaps": _l("恢复旧副本缺掉的每一段，都有运营员的说明"),
    "H1": _l("一个手机号只有一个在册的人，一人只在一户"),
    "H2": _l("合并掉的人，都指到一个没有被合并的人"),
    "S1": _l("库存等于进出相加，不是负数"),
    "S2": _l("兑换的商品乘以分值，就是付的积分"),
    "S3": _l("没有人超过上限"),
    "S4": _l("付过的都出了库，退的都回了库或报损"),
    "S5": _l("一个自提码只取一次"),
    "S6": _l("过期的没有兑出去"),
    "G1": _l("捐赠的每一件都进了库；按用途发放的，每一单都出了库，没有过期的"),
    "G2": _l("指定用途的没有变过，变了的都有捐赠人同意"),
    "M1": _l("买的都进了库，金额等于各行相加"),
    "M2": _l("赞助花掉的等于用它付的采购，没有超支"),
}
