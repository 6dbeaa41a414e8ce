"""Which roles hold which permission: the one table that says who may do what."""

from __future__ import annotations

from typing import Final

from pointsvc.kernel.permission import SIGNED_IN, Caller

STAFF: Final = frozenset(
    {"leader", "attendant", "keeper", "clerk", "supervisor", "auditor", "volunteer"}
)
PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "me.read": STAFF,
    "members.read": frozenset({"clerk"}),
    "members.write": frozenset({"clerk"}),
    "members.merge": frozenset({"clerk"}),
    "members.agree": frozenset({"clerk", "supervisor"}),
    "members.erase": frozenset({"clerk"}),
    "cards.print": frozenset({"clerk"}),
    "organisation.read": frozenset({"clerk", "auditor"}),
    "organisation.write": frozenset({"clerk"}),
    "activities.read": frozenset(STAFF | {"scanner", "kiosk"}),
    "activities.visit": STAFF,
    "activities.write": frozenset({"leader", "attendant", "clerk"}),
    "activities.sign_up": frozenset({"volunteer", "leader"}),
    "checkin.scan": frozenset(
        {"volunteer", "leader", "attendant", "clerk", "scanner", "keeper", "supervisor"}
    ),
    "checkin.read": frozenset(STAFF | {"scanner"}),
    "checkin.show_code": frozenset({"leader", "attendant", "clerk", "kiosk", "scanner"}),
    "checkin.roster": frozenset({"leader", "attendant", "clerk"}),
    "checkin.offline": frozenset({"leader", "attendant", "clerk", "scanner"}),
    "checkin.at_scanner": frozenset({"scanner"}),
    "checkin.at_kiosk": frozenset({"kiosk"}),
    "checkin.decode": frozenset(STAFF | {"scanner", "till"}),
    "checkin.drop": frozenset({"attendant", "clerk", "supervisor", "auditor"}),
    "checkin.correct_drop": frozenset({"attendant", "clerk"}),
    "checkin.trace": frozenset({"clerk", "supervisor", "auditor"}),
    "checkin.spot_check": frozenset({"clerk", "supervisor"}),
    "checkin.unusual": frozenset({"clerk", "supervisor", "auditor"}),
    "checkin.vouch": frozenset({"volunteer", "leader"}),
    "checkin.correct": frozenset({"clerk"}),
    "checkin.approve": frozenset({"supervisor"}),
    "checkin.backfill": frozenset({"leader", "attendant", "clerk"}),
    "checkin.see_backfills": frozenset({"leader", "attendant", "clerk", "supervisor", "auditor"}),
    "checkin.approve_backfill": frozenset({"supervisor", "leader", "clerk"}),
    "checkin.stop_backfill": frozenset({"clerk", "supervisor"}),
    "earning.read": frozenset(STAFF),
    "earning.write": frozenset({"clerk"}),
    "plots.write": frozenset({"leader", "clerk"}),
    "plots.report_defect": frozenset(STAFF - {"auditor"}),
    "plots.inspections": frozenset({"clerk", "supervisor", "auditor"}),
    "plots.take_back": frozenset({"supervisor"}),
    "shop.read": frozenset(STAFF | {"till"}),
    "shop.sell": frozenset({"keeper"}),
    "shop.stock": frozenset({"keeper", "clerk"}),
    "shop.refund": frozenset({"keeper"}),
    "shop.approve": frozenset({"supervisor"}),
    "shop.review": frozenset({"supervisor", "auditor", "clerk"}),
    "shop.donate": frozenset({"keeper", "clerk"}),
    "shop.office": frozenset({"clerk"}),
    "shop.queue": frozenset({"keeper", "clerk", "kiosk"}),
    "shop.settle": frozenset({"supervisor"}),
    "shop.inspect": frozenset({"keeper", "clerk", "supervisor", "auditor"}),
    "ledger.audit": frozenset({"auditor"}),
    "imports.workbook": frozenset({"clerk"}),
    "communities.places": frozenset(STAFF | {"scanner", "kiosk", "till"}),
    "communities.settings": frozenset({"clerk"}),
    "communities.operate": frozenset({"operator"}),
    SIGNED_IN: frozenset(),
}


def may(caller: Caller, permission: str) -> bool:
    """Whether a role of the caller (or the device's kind) holds the permission."""
    held = set(caller.roles)
    if caller.kind == "operator":
        held = {"operator"}
    if caller.kind == "device" and caller.device_kind:
        held = {caller.device_kind}
    return bool(held & PERMISSIONS[permission])
