"""Where a message is answered, and which of them are about one person."""

from __future__ import annotations

from typing import Final

PLACES: Final[dict[str, str]] = {
    "activities.coming": "activities.open_shifts",
    "activities.gaps": "plots.mine",
    "activities.gate_open": "activities.open_shifts",
    "activities.uncovered": "web.my_cover",
    "plots.care_left_gap": "plots.mine",
    "plots.care_erased": "plots.mine",
    "activities.seat_free": "activities.open_shifts",
    "plots.asked": "plots.my_duties",
    "plots.asked_anew": "plots.my_duties",
    "plots.care_spoken": "plots.my_duties",
    "plots.renewal_asked": "plots.my_duties",
    "plots.handover": "plots.my_duties",
    "plots.corner_offered": "plots.my_corners",
    "plots.corner_notice": "plots.my_corners",
    "plots.roster_asked": "plots.my_duties",
    "plots.roster_moved": "plots.my_duties",
    "plots.roster_spoken_confirmed": "plots.my_duties",
    "plots.substitute_asked": "plots.my_duties",
    "plots.substitute_found": "plots.my_duties",
    "plots.substitute_vetoed": "plots.my_duties",
    "plots.substitute_sought": "plots.my_duties",
    "plots.substitute_goes": "plots.mine",
    "plots.substitute_wanted": "plots.mine",
    "activities.wait_took": "activities.open_shifts",
    "activities.wait_offered": "activities.open_shifts",
    "plots.defect_found": "plots.day",
    "plots.defect_seen": "plots.my_defects",
    "plots.defect_passed_on": "plots.my_defects",
    "plots.defect_mended": "plots.my_defects",
    "plots.defect_not_ours": "plots.my_defects",
    "plots.inspection_asked": "plots.my_inspections",
    "plots.inspection_done": "plots.my_inspections",
    "plots.gap_raised": "plots.day",
    "checkin.spot_check": "checkin.my_ticks",
    "checkin.backfill_requested": "checkin.my_backfills",
    "checkin.backfill_approved": "checkin.my_backfills",
    "shop.goods_reserved": "shop.my_reservations",
    "shop.day_given": "shop.my_reservations",
    "shop.day_planned": "shop.exchange_day",
    "shop.day_waiting": "shop.exchange_day",
    "shop.refund_approved": "web.approvals",
    "shop.proxy_collected": "shop.proxies",
    "shop.proxy_named": "shop.proxies",
    "shop.proxy_named_for": "shop.proxies",
    "shop.return_asked": "shop.requests",
    "shop.waste_approved": "web.approvals",
    "shop.count_approved": "web.approvals",
    "shop.cover_short": "shop.money",
    "shop.count_waits": "shop.counts",
    "shop.count_sent_back": "shop.counts",
    "shop.count_settled": "shop.counts",
    "shop.stock_arrived": "shop.products",
    "shop.stock_removed": "shop.dates",
    "shop.stock_expiring": "shop.dates",
}


OF_ONE: Final = frozenset(
    {
        "plots.substitute_wanted",
        "plots.substitute_found",
        "plots.substitute_goes",
        "plots.thanked",
        "plots.care_left_gap",
    }
)
