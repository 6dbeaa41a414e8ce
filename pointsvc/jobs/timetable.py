"""What is done periodically. Each job is `(now) -> what it says`, and safe to repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pointsvc.activities.jobs import remind, tell_open_gates
from pointsvc.checkin.jobs import (
    annul_stale,
    close_forgotten,
    count_backfills,
    forget_codes,
    tell_uncovered,
)
from pointsvc.demo.renewal import renew
from pointsvc.imports.jobs import continue_runs, empty_old_files
from pointsvc.ledger.jobs import expire_due, seal_yesterday
from pointsvc.members.jobs import end_requests as end_asked, forget_failures, reseal
from pointsvc.messages.jobs import deliver
from pointsvc.plots.jobs import (
    continue_calendars,
    end_left_care,
    end_terms,
    extend,
    forget_pictures,
    pay_bonuses,
    raise_gaps,
)
from pointsvc.shop.asking_jobs import end_requests
from pointsvc.shop.gift_jobs import watch_cover
from pointsvc.shop.jobs import keep_promises
from pointsvc.shop.stock_jobs import end_markdowns, remove_past_stock, warn_of_dates


@dataclass(frozen=True, slots=True)
class Job:
    """A periodic job: its name is its lease's, its result is logged.

    `needs_true_day`: what it does on a wrong day cannot be undone, so a clock that jumped stops it.
    """

    name: str
    run: Callable[[datetime], object]
    needs_true_day: bool = False


TIMETABLE: Final = (
    Job("checkin.close_forgotten", close_forgotten),
    Job("checkin.annul_stale", annul_stale),
    Job("checkin.count_backfills", count_backfills, needs_true_day=True),
    Job("checkin.forget_codes", forget_codes),
    Job("checkin.tell_uncovered", tell_uncovered),
    Job("members.forget_failures", forget_failures),
    Job("members.reseal", reseal),
    Job("members.end_requests", end_asked, needs_true_day=True),
    Job("ledger.expire_due", expire_due, needs_true_day=True),
    Job("ledger.seal_yesterday", seal_yesterday, needs_true_day=True),
    Job("imports.continue_runs", continue_runs),
    Job("imports.empty_old_files", empty_old_files),
    Job("plots.continue_calendars", continue_calendars),
    Job("plots.extend", extend),
    Job("plots.end_left_care", end_left_care),
    Job("plots.end_terms", end_terms, needs_true_day=True),
    Job("plots.raise_gaps", raise_gaps),
    Job("plots.pay_bonuses", pay_bonuses, needs_true_day=True),
    Job("plots.forget_pictures", forget_pictures, needs_true_day=True),
    Job("shop.watch_cover", watch_cover),
    Job("shop.keep_promises", keep_promises, needs_true_day=True),
    Job("shop.end_requests", end_requests, needs_true_day=True),
    Job("shop.remove_past_stock", remove_past_stock, needs_true_day=True),
    Job("shop.end_markdowns", end_markdowns, needs_true_day=True),
    Job("shop.warn_of_dates", warn_of_dates, needs_true_day=True),
    Job("activities.remind", remind),
    Job("activities.tell_open_gates", tell_open_gates),
    Job("messages.deliver", deliver),
    Job("demo.renew", renew),
)
