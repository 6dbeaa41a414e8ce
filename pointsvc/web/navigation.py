"""Where each role can go: the side bar, the tab bar, and the page that a role lands on.

A page is named by its endpoint; one that this server does not have is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, request, url_for

from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l
from pointsvc.kernel.permission import Caller
from pointsvc.organisation.rules import by_weight
from pointsvc.organisation.words import ROLE_NAMES


@dataclass(frozen=True, slots=True)
class Item:
    """A place to go, for one reader."""

    url: str
    label: str
    icon: str
    current: bool
    room: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A place to go: endpoint, words, icon, and what it is for (shown on a role's desk)."""

    endpoint: str
    label: LazyText
    icon: str
    note: LazyText | None = None


_ME: Final = Way("web.me", _l("我的"), "person", _l("积分、我的码、明细"))
_WAITING: Final = Way("checkin.waiting", _l("待办"), "bell", _l("待确认、待核实的考勤"))
_CORRECTIONS: Final = Way("checkin.corrections", _l("更正"), "undo", _l("考勤和投放数量的更正"))
_BACKFILLS: Final = Way("checkin.backfills", _l("补录"), "edit", _l("事后补记的服务：提、批、公示"))
_SPOT_CHECKS: Final = Way(
    "checkin.spot_checks", _l("点名抽查"), "phone", _l("随机抽到的点名，问一问本人")
)
_UNUSUAL: Final = Way(
    "checkin.unusual", _l("值得一看"), "search", _l("少传的扫码、一分钟很多张卡、点名多的")
)
_SHIFTS: Final = Way("activities.index", _l("场次"), "calendar", _l("安排、取消、报名"))
_TARIFFS: Final = Way(
    "earning.tariffs", _l("积分细则"), "scales", _l("做什么记多少分，哪天起，凭什么")
)
_BOARD: Final = Way("disclosure.ours", _l("公示"), "board", _l("本月账目，姓名打码，可打印"))
_INSPECTIONS: Final = Way("plots.inspections", _l("验收"), "check", _l("每月谁来看、多少分、奖励"))
_ORDERS: Final = Way("shop.orders", _l("兑换单"), "list", _l("查单、补打、退兑"))
_CLOSING: Final = Way("shop.closing", _l("日结"), "book", _l("一天的账，打印签字"))
_PRODUCTS: Final = Way("shop.products", _l("商品"), "box", _l("价格、库存、保质期、价签"))
_KEPT: Final = Way("shop.reservations", _l("预约"), "clock", _l("等着来取的、替居民预约、兑换日"))
_DAYS: Final = Way("shop.days", _l("兑换日"), "calendar", _l("安排、登记、抽签、叫号、补兑"))
_DONATIONS: Final = Way("shop.donations", _l("捐赠登记"), "gift", _l("收了什么、凭证号、去向"))
_RESTRICTED: Final = Way("shop.restricted", _l("专项物资"), "gift", _l("指定用途的，发给谁了"))
_PURCHASES: Final = Way("shop.purchases", _l("采购"), "list", _l("发票、供应商、批号、价钱"))
_MONEY: Final = Way("shop.money", _l("积分和钱"), "scales", _l("积分够不够兑、赞助还剩多少"))
_PEOPLE: Final = Way(
    "web.person_requests", _l("合并和注销"), "people", _l("要另一个人同意的合并、注销")
)
WAYS: Final[dict[str, tuple[Way, ...]]] = {
    "volunteer": (
        _ME,
        Way("activities.open_shifts", _l("活动"), "calendar", _l("近期场次，自愿报名")),
        Way("plots.my_duties", _l("我的田"), "plot", _l("请我养护的、接下来做什么")),
        Way("plots.my_defects", _l("我报的"), "warning", _l("坏了的报一下，看修到哪一步")),
        Way("web.my_statement", _l("明细"), "book", _l("每一分的来处")),
        Way("shop.window", _l("超市"), "shop", _l("有什么、多少分、还剩多少")),
        Way("disclosure.ours", _l("公示"), "board", _l("每月账目")),
    ),
    "leader": (
        Way("plots.mine", _l("责任田"), "plot", _l("我的田、今天的人")),
        Way("plots.day", _l("今天的活"), "leaf", _l("今天做什么、记养护、报修")),
        Way("checkin.duty", _l("签到"), "scan", _l("扫卡签到、签退")),
        _WAITING,
        _SHIFTS,
        _BACKFILLS,
    ),
    "attendant": (
        Way("checkin.station", _l("投放点"), "station", _l("扫卡记投放")),
        Way("checkin.duty", _l("签到"), "scan", _l("值守的人签到、签退")),
        _WAITING,
        _BACKFILLS,
    ),
    "keeper": (
        Way("shop.counter", _l("柜台"), "basket", _l("扫人、扫货、确认、小票")),
        _ORDERS,
        Way("shop.deliveries", _l("送货上门"), "home", _l("按楼排好的送货单，签收")),
        _CLOSING,
        _KEPT,
        _DAYS,
        _PRODUCTS,
        _DONATIONS,
        _RESTRICTED,
        _PURCHASES,
    ),
    "clerk": (
        Way("web.desk", _l("工作台"), "home"),
        Way("members.index", _l("居民"), "people", _l("登记、查找、改资料、同意书")),
        Way("imports.index", _l("导入"), "upload", _l("办公室的 Excel 一次导入，错行当场改")),
        Way("members.covers", _l("培训和保险"), "shield", _l("快到期的，谁还没续上")),
        Way("members.cards", _l("居民卡"), "card", _l("发卡、补卡、打印")),
        _PEOPLE,
        _SHIFTS,
        Way("plots.index", _l("责任田"), "plot", _l("九块田、谁在养护")),
        Way("plots.defects", _l("报修"), "warning", _l("坏了的、转给了谁、修好没有")),
        Way("plots.gaps", _l("好几天没人去"), "bell", _l("三天没人去的田")),
        _INSPECTIONS,
        Way("checkin.duty", _l("签到"), "scan", _l("替组长扫码")),
        _WAITING,
        _CORRECTIONS,
        _BACKFILLS,
        _SPOT_CHECKS,
        _UNUSUAL,
        Way("checkin.signs", _l("标牌"), "qr", _l("打印责任田、投放点的签到牌")),
        _TARIFFS,
        Way("organisation.groups", _l("党小组"), "people", _l("组员、组长和责任田")),
        Way("organisation.roles", _l("角色"), "key", _l("谁能做什么")),
        Way("organisation.places", _l("场所"), "building", _l("责任田、投放点、超市")),
        Way("organisation.devices", _l("设备"), "scan", _l("扫码枪、展码屏、收银台")),
        _PRODUCTS,
        _KEPT,
        _DAYS,
        _DONATIONS,
        _RESTRICTED,
        _PURCHASES,
        _MONEY,
        _BOARD,
        Way("organisation.settings", _l("设置"), "sliders", _l("本社区自己定的数字")),
    ),
    "supervisor": (
        Way("web.approvals", _l("审批"), "check", _l("等第二个人点头的事")),
        _INSPECTIONS,
        _CORRECTIONS,
        _PEOPLE,
        _BACKFILLS,
        Way("shop.requests", _l("等我同意的申请"), "undo", _l("退兑、报损、盘点、采购更正")),
        Way("shop.refunds", _l("退兑"), "basket", _l("谁退的、谁同意的")),
        Way("shop.counts", _l("盘点"), "list", _l("两人数的差数，由您来定")),
        _SPOT_CHECKS,
        _UNUSUAL,
        _PRODUCTS,
        _RESTRICTED,
        _MONEY,
        _BOARD,
    ),
    "auditor": (
        Way("ledger.books", _l("账本"), "book", _l("核验、封账根、总账")),
        Way("ledger.passbooks", _l("存折"), "points", _l("任何一本存折的明细")),
        Way("web.trail", _l("留痕"), "list", _l("谁在什么时候做了什么、谁批的")),
        _CORRECTIONS,
        _BACKFILLS,
        _UNUSUAL,
        _ORDERS,
        Way("shop.refunds", _l("退兑"), "basket", _l("谁退的、谁同意的")),
        _PRODUCTS,
        _DONATIONS,
        _RESTRICTED,
        _PURCHASES,
        _MONEY,
        _INSPECTIONS,
        _TARIFFS,
        _BOARD,
    ),
    "operator": (
        Way("web.communities", _l("社区"), "building", _l("新建社区、邀请专干")),
        Way("web.my_sign_ins", _l("登录的地方"), "key", _l("改密码、二次验证")),
    ),
}
# Headings of a list that is too long to be read at once, by an endpoint or its first word.
LONG: Final = 12
ROOMS: Final[dict[str, LazyText]] = {
    **dict.fromkeys(("members", "imports", "web.person_requests"), _l("居民")),
    **dict.fromkeys(("activities", "checkin", "earning"), _l("活动和考勤")),
    **dict.fromkeys(("web.me", "web.my_statement"), _l("我的事")),
    "plots": _l("责任田"),
    "shop": _l("积分超市"),
    **dict.fromkeys(("organisation", "disclosure", "ledger"), _l("社区")),
}
LANDINGS: Final[dict[str, tuple[str, ...]]] = {
    "volunteer": ("web.me",),
    "leader": ("plots.mine", "checkin.duty"),
    "attendant": ("checkin.station",),
    "keeper": ("shop.counter",),
    "supervisor": ("web.approvals",),
    "auditor": ("ledger.books",),
    "operator": ("web.communities",),
}


def items_for(caller: Caller) -> list[Item]:
    """The caller's places, those of the weightiest role first, each once; a long list has headings."""
    if caller.kind == "device":
        return []
    roles = ["operator"] if caller.kind == "operator" else by_weight(caller.roles)
    ways = _known(way for role in roles for way in WAYS.get(role, ()))
    return [
        Item(
            url_for(way.endpoint),
            str(way.label),
            way.icon,
            request.endpoint == way.endpoint,
            _room_of(way) if len(ways) > LONG else "",
        )
        for way in ways
    ]


def ways_in(caller: Caller, blueprint: str | None) -> list[Way]:
    """The caller's own pages of a room, the weightiest role's first; a shared device has none."""
    if caller.kind != "member" or caller.on_device_id is not None:
        return []
    ways = _known(way for role in by_weight(caller.roles) for way in WAYS.get(role, ()))
    return [way for way in ways if way.endpoint.partition(".")[0] == blueprint]


def desk_of(role: str) -> list[Way]:
    """What a role works with, without its desk itself."""
    return [way for way in _known(WAYS.get(role, ())) if way.endpoint != "web.desk"]


def grouped(ways: Sequence[Way]) -> list[tuple[str, list[Way]]]:
    """The ways under headings, each room where its first way stood; a short list has none."""
    if len(ways) <= LONG:
        return [("", list(ways))]
    groups: dict[str, list[Way]] = {}
    for way in ways:
        groups.setdefault(_room_of(way), []).append(way)
    return list(groups.items())


def _room_of(way: Way) -> str:
    words = ROOMS.get(way.endpoint) or ROOMS.get(way.endpoint.partition(".")[0])
    return str(words) if words else ""


def landing_of(role: str) -> str:
    """The address of the page that a role lands on."""
    for endpoint in LANDINGS.get(role, ()):
        if endpoint in current_app.view_functions:
            return url_for(endpoint)
    return url_for("web.desk", role=role)


def role_tabs(caller: Caller, current: str) -> list[tuple[str, str, bool]]:
    """The chooser at the top for somebody with several roles: words, address, whether here."""
    roles = by_weight(caller.roles)
    if len(roles) < 2:  # noqa: PLR2004 - one is no choice
        return []
    return [
        (str(ROLE_NAMES[role]), url_for("web.front", role=role), role == current) for role in roles
    ]


def _known(ways: Iterable[Way]) -> list[Way]:
    views: dict[str, Any] = current_app.view_functions
    return list({way.endpoint: way for way in ways if way.endpoint in views}.values())
