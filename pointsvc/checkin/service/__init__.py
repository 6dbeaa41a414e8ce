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
from pointsvc.checkin.service.recording import Outcome, record_scans, record_sent
from pointsvc.checkin.service.sampling import answer_spot_check, decide_spot_check
from pointsvc.checkin.service.vouching import vouch_for

__all__ = [
    "AskedBackfill",
    "DecisionReceipt",
    "Outcome",
    "annul_unconfirmed",
    "answer_spot_check",
    "ask_backfill",
    "close_found",
    "count_found",
    "decide_attendance",
    "decide_backfill",
    "decide_correction",
    "decide_drop_correction",
    "decide_lone_scan",
    "decide_spot_check",
    "find_due_backfills",
    "find_overdue",
    "find_unconfirmed",
    "record_scans",
    "record_sent",
    "request_correction",
    "request_drop_correction",
    "stop_backfill",
    "vouch_for",
    "withdraw_backfill",
]
