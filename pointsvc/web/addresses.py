"""Ids in an address must be the caller's community's own, before permission, view or body.

So absent and foreign look the same at every address, whatever the caller's role, and no view can
forget to ask. A new kind of id in an address is added to `TABLES`; a test walks all addresses.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Flask, current_app, request
from sqlalchemy import literal, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.permission import PUBLIC, current_caller

TABLES: Final[dict[str, str]] = {
    "adoption_id": "adoptions",
    "assignment_id": "assignments",
    "attachment_id": "attachments",
    "attendance_id": "attendances",
    "backfill_id": "backfills",
    "batch_id": "batches",
    "calendar_run_id": "calendar_runs",
    "card_id": "cards",
    "correction_id": "attendance_corrections",
    "day_id": "exchange_days",
    "count_id": "stock_counts",
    "defect_id": "defects",
    "delivery_id": "home_deliveries",
    "device_id": "devices",
    "donation_id": "donations",
    "drop_correction_id": "drop_corrections",
    "drop_id": "scans",
    "duty_id": "duties",
    "entry_id": "roster_entries",
    "gap_id": "care_gaps",
    "grant_id": "role_grants",
    "group_id": "groups",
    "handover_id": "handovers",
    "household_id": "households",
    "insurance_id": "insurances",
    "inspection_id": "inspections",
    "issue_id": "goods_issues",
    "limit_id": "purchase_limits",
    "markdown_id": "markdowns",
    "member_id": "members",
    "order_id": "orders",
    "person_request_id": "person_requests",
    "place_id": "places",
    "plan_id": "care_plans",
    "product_id": "products",
    "purchase_id": "purchases",
    "proxy_id": "proxies",
    "refund_id": "refunds",
    "request_id": "shop_requests",
    "reservation_id": "reservations",
    "result_id": "plot_results",
    "row_id": "import_rows",
    "run_id": "import_runs",
    "scan_id": "scans",
    "shift_id": "shifts",
    "shop_id": "places",
    "sponsorship_id": "sponsorships",
    "spot_check_id": "spot_checks",
    "stock_request_id": "stock_requests",
    "substitution_id": "substitutions",
    "tariff_id": "tariffs",
    "training_id": "trainings",
    "transfer_id": "transfers",
    "wish_id": "exchange_wishes",
    "wanted_id": "wanted_goods",
    "twin_id": "members",
}
# Ids that are looked up elsewhere: a community by public pages and its operator, a visit by its owner.
ELSEWHERE: Final = frozenset({"community_id", "sign_in_id", "filename"})


def wire(app: Flask) -> None:
    """Check the ids of every address once the caller is known."""
    app.before_request(_check)


def _check() -> None:
    values: dict[str, Any] = request.view_args or {}
    ids = {name: value for name, value in values.items() if name in TABLES}
    if not ids:
        return
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, "permission", None) == PUBLIC:
        return
    caller = current_caller()
    if caller.kind == "anonymous":
        return
    community_id = caller.community_id
    for name, value in ids.items():
        if community_id is None or not _is_ours(TABLES[name], community_id, value):
            raise NotFound


def _is_ours(name: str, community_id: UUID, value: object) -> bool:
    if not isinstance(value, UUID):
        return False
    rows = db.metadata.tables[name]
    query = select(literal(1)).where(rows.c.community_id == community_id, rows.c.id == value)
    return db.session.scalar(query) is not None
