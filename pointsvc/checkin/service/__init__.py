"""The verbs of check-in. All join the caller's transaction and are retryable from the top."""

from pointsvc.checkin.service.backfilling import AskedBackfill, ask_backfill
from pointsvc.checkin.service.closing import (
    annul_unconfirmed,
    close_found,
    find_overdue,
    find_unconfirmed,
)
from pointsvc.checkin.service.correcting import decide_correction, request_correction
from pointsvc.checkin.service.correcting_drops import (
    decide_drop_correction,
    request_drop_correction,
)
from pointsvc.checkin.service.deciding import (
    DecisionReceipt,
    decide_attendance,
    decide_lone_scan,
)
from pointsvc.checkin.service.maturing import (
    count_found,
    decide_backfill,
    find_due_backfills,
    stop_backfill,
    withdraw_backfill,
)
from pointsvc.checkin.service.recording import Outcome, record_scans
from pointsvc.checkin.service.vouching import vouch_for

__all__ = [
    "DecisionReceipt",
    "AskedBackfill",
    "Outcome",
    "annul_unconfirmed",
    "close_found",
    "ask_backfill",
    "decide_attendance",
    "decide_correction",
    "count_found",
    "decide_drop_correction",
    "decide_backfill",
    "decide_lone_scan",
    "find_overdue",
    "find_unconfirmed",
    "find_due_backfills",
    "record_scans",
    "request_correction",
    "request_drop_correction",
    "vouch_for",
]
    "stop_backfill",
    "withdraw_backfill",
