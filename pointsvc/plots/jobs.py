"""What is done for plots every night, and what is looked at once an hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pointsvc.attachments.service import forget_old
from pointsvc.communities.queries import community_ids, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.leases import take_lease
from pointsvc.kernel.transaction import transact
from pointsvc.plots.calendar.calendar_runs import unfinished_runs
from pointsvc.plots.calendar.generating import extend_calendars
from pointsvc.plots.calendar.working import work_through
from pointsvc.plots.doing.gaps import watch_gaps
from pointsvc.plots.doing.results import due_results, pay_month
from pointsvc.plots.people.leaving import end_left
from pointsvc.plots.people.renewing import watch_terms
from pointsvc.plots.places.adopting import watch_adoptions

HOUR: Final = timedelta(hours=1)
NOT_YET: Final = "within the hour"


def extend(now: datetime) -> str:
    """Carry every calendar that was made once on to the horizon."""
    counts = [
        transact(lambda id_=id_: extend_calendars(community_id=id_, now=now))  # type: ignore[misc]
        for id_ in community_ids()
    ]
    return f"{sum(counts)} duties"


def continue_calendars(now: datetime) -> str:  # noqa: ARG001 - a job's shape
    """Go on with calendars of many plots that nobody works on."""
    waiting = [(id_, run_id) for id_ in community_ids() for run_id in unfinished_runs(id_)]
    return f"{sum(work_through(id_, run_id) for id_, run_id in waiting)} runs"


def end_left_care(now: datetime) -> str:
    """End the care of people whose group does not tend the plot any more."""
    counts = [
        transact(lambda id_=id_: end_left(community_id=id_, now=now))  # type: ignore[misc]
        for id_ in community_ids()
    ]
    return f"{sum(counts)} ended"


def end_terms(now: datetime) -> str:
    """Remind of terms of care and of corners that end soon, and end those that are over."""
    reminded = ended = 0
    for community_id in community_ids():
        for work in (watch_terms, watch_adoptions):
            some = transact(lambda w=work, id_=community_id: w(community_id=id_, now=now))  # type: ignore[misc]
            reminded, ended = reminded + some[0], ended + some[1]
    return f"{reminded} reminded, {ended} ended"


def raise_gaps(now: datetime) -> str:
    """Raise and clear gaps of care, once an hour however often the timetable comes by."""
    if not _is_time("plots.raise_gaps", now):
        return NOT_YET
    raised = cleared = 0
    for id_ in community_ids():
        new, gone = transact(lambda id_=id_: watch_gaps(community_id=id_, now=now))  # type: ignore[misc]
        raised, cleared = raised + new, cleared + gone
    return f"{raised} raised, {cleared} cleared"


def pay_bonuses(now: datetime) -> str:
    """Pay passed months that are over, also to those who were counted late; once an hour."""
    if not _is_time("plots.pay_bonuses", now):
        return NOT_YET
    return f"{sum(_pay(id_, now) for id_ in community_ids())} people"


def forget_pictures(now: datetime) -> str:
    """Empty photographs that are older than their community keeps them; once an hour."""
    if not _is_time("plots.forget_pictures", now):
        return NOT_YET
    return f"{sum(_forget(id_, now) for id_ in community_ids())} pictures"


def _pay(community_id: UUID, now: datetime) -> int:
    """Each result in a transaction of its own."""
    today = clock.local_day(now, get_community(community_id).zone)
    works: list[Callable[[], int]] = [
        lambda id_=id_: pay_month(community_id=community_id, result_id=id_, now=now)  # type: ignore[misc]
        for id_ in due_results(community_id, today)
    ]
    return sum(transact(work) for work in works)


def _forget(community_id: UUID, now: datetime) -> int:
    before = now - timedelta(days=get_community(community_id).settings.photo_keep_days)
    return transact(lambda: forget_old(community_id=community_id, before=before, now=now))


def _is_time(name: str, now: datetime) -> bool:
    """Whether nobody did it within the hour; the lease's name says that it does not run all that time."""
    holder = str(new_id())
    return transact(lambda: take_lease(name=f"{name} hourly", holder=holder, now=now, lasting=HOUR))
