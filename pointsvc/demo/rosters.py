"""The plots' rosters: asked and partly answered, one who could not come, one who waits for a seat."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pointsvc.activities.engagements import signed_up_at
from pointsvc.activities.rules import Scope
from pointsvc.activities.service import sign_up
from pointsvc.activities.waiting import queue_up
from pointsvc.communities.queries import get_community
from pointsvc.demo.founding import Street, leader_of, tenders_of
from pointsvc.kernel import clock
from pointsvc.plots.calendar.calendars import DutyFacts, find_duties
from pointsvc.plots.calendar.entries import asked_of
from pointsvc.plots.calendar.generating import HORIZON
from pointsvc.plots.people.rostering import Answer, answer_entry, look_at_month, send_roster
from pointsvc.plots.people.substituting import cannot_come, take_on, widen
from pointsvc.plots.people.substitutions import offered_to, substitutions_at
from pointsvc.plots.people.wishes import keep_wishes
from pointsvc.plots.rules.wishes import Wishes

ROSTERED: Final = 1  # the plot of 王强 and 刘洋
OPEN: Final = 2
WAITED_FOR: Final = 9
YES: Final[Answer] = "confirmed"
SATURDAY, SUNDAY, TUESDAY = 5, 6, 1


def roster_season(street: Street, now: datetime) -> None:
    """Somebody goes for 刘洋, nobody yet for another; a month is asked for; 李梅 waits for a seat."""
    _wish(street, now)
    _cover(street, now)
    _ask_around(street, now)
    _ask_months(street, now)
    _wait(street, now)


def _wish(street: Street, now: datetime) -> None:
    liuyang, second, third = tenders_of(street, ROSTERED)
    for member_id, wishes in (
        (liuyang, Wishes(weekdays=frozenset({TUESDAY, SATURDAY, SUNDAY}))),
        (second, Wishes(avoids=frozenset({"weed"}), week_hours_max=4)),
        (third, Wishes(is_light_only=True, parts=frozenset({"morning", "afternoon"}))),
    ):
        keep_wishes(member_id=member_id, wishes=wishes, kept_by_id=member_id, **_home(street, now))


def _cover(street: Street, now: datetime) -> None:
    """刘洋 has to see her mother; 李梅 goes, and is still to be thanked."""
    community, liuyang = get_community(street.community_id), street.people["刘洋"]
    for duty in _duties(street, ROSTERED, now):
        if liuyang not in _coming(street, duty):
            continue
        mine: dict[str, Any] = {"shift_id": duty.shift_id, "member_id": liuyang}
        cannot_come(**mine, reason="family", **_home(street, now))
        for asked in offered_to(community, street.people["李梅"], now):
            take_on(substitution_id=asked.id, member_id=street.people["李梅"], **_home(street, now))
        return


def _ask_around(street: Street, now: datetime) -> None:
    """Somebody of plot 2 travels; the whole community is asked."""
    for duty in _duties(street, OPEN, now):
        for member_id in _coming(street, duty)[:1]:
            cannot_come(
                shift_id=duty.shift_id,
                member_id=member_id,
                reason="travel",
                **_home(street, now),
            )
            [asked] = substitutions_at(street.community_id, [street.plots[OPEN]], now)
            widen(
                substitution_id=asked.id,
                circle="community",
                widened_by_id=leader_of(street, OPEN),
                **_led(street, OPEN, now),
            )
            return


def _ask_months(street: Street, now: datetime) -> None:
    """This month and the next are asked for as proposed: one answered all, once with no, one a part."""
    first = clock.month_start(clock.local_day(now, street.zone))
    for month in (first, clock.add_months(first, 1)):
        _ask_month(street, month, now)
    liuyang, second, _silent = tenders_of(street, ROSTERED)
    said: dict[UUID, list[Answer]] = {liuyang: [YES], second: [YES, "declined", YES, YES, YES]}
    for member_id, answers in said.items():
        asked = asked_of(street.community_id, member_id, now)
        for (entry, duty), answer in zip(asked, answers, strict=False):
            if duty.missing_count:
                answer_entry(
                    entry_id=entry.id,
                    answer=answer,
                    answered_by_id=member_id,
                    is_at_desk=False,
                    **_home(street, now),
                )
    _ask_by_hand(street, clock.add_months(first, 1), liuyang, now)


def _ask_by_hand(street: Street, month: date, member_id: UUID, now: datetime) -> None:
    """Where somebody said no, 王强 asks 刘洋, who has not answered."""
    place: dict[str, Any] = {"place_id": street.plots[ROSTERED], "month": month}
    by = _led(street, ROSTERED, now)
    for duty in look_at_month(**place, **by).wanted.values():
        if duty.count and member_id not in duty.known | duty.refused:
            asked = [(duty.id, member_id)]
            send_roster(asked=asked, sent_by_id=leader_of(street, ROSTERED), **place, **by)
            return


def _ask_month(street: Street, month: date, now: datetime) -> None:
    place: dict[str, Any] = {"place_id": street.plots[ROSTERED], "month": month}
    proposed = look_at_month(**place, **_led(street, ROSTERED, now)).roster().proposals
    send_roster(
        asked=[(each.duty_id, each.member_id) for each in proposed],
        sent_by_id=leader_of(street, ROSTERED),
        **place,
        **_led(street, ROSTERED, now),
    )


def _wait(street: Street, now: datetime) -> None:
    """Whoever looks after plot 9 on a weekday is there already, and 李梅 would like to come, too."""
    duty = next(each for each in _duties(street, WAITED_FOR, now) if each.care == "patrol")
    coming = _coming(street, duty)
    free = [each for each in tenders_of(street, WAITED_FOR) if each not in coming]
    for member_id in free[: duty.missing_count]:
        sign_up(shift_id=duty.shift_id, member_id=member_id, **_home(street, now))
    mine: dict[str, Any] = {"shift_id": duty.shift_id, "member_id": street.people["李梅"]}
    queue_up(**mine, **_home(street, now))


def _coming(street: Street, duty: DutyFacts) -> list[UUID]:
    found = signed_up_at(street.community_id, [duty.shift_id])[duty.shift_id]
    return [member_id for member_id, _name in found]


def _duties(street: Street, number: int, now: datetime) -> list[DutyFacts]:
    """What comes from the day after tomorrow on: so that there is time to answer."""
    since = clock.local_day(now, street.zone) + timedelta(days=2)
    found = find_duties(street.community_id, [street.plots[number]], since, since + HORIZON)
    return [each for each in found if each.state == "planned" and each.cancelled_at is None]


def _led(street: Street, number: int, now: datetime) -> dict[str, Any]:
    scope = Scope(
        leader_of(street, number),
        places=frozenset({street.plots[number]}),
        roles=frozenset({"leader"}),
    )
    return {"scope": scope, **_home(street, now)}


def _home(street: Street, now: datetime) -> dict[str, Any]:
    return {"community_id": street.community_id, "now": now}
