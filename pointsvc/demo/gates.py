"""Who may do dangerous work on the street: trained and insured tenders, and 李梅, who still lacks both."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pointsvc.activities.rules import Scope
from pointsvc.activities.service import create_shift, sign_up
from pointsvc.audit.actors import Actor
from pointsvc.communities.service import update_settings
from pointsvc.demo.founding import Street, leader_of, tenders_of
from pointsvc.kernel import clock
from pointsvc.members.covering import record_insurance, record_training
from pointsvc.members.registration import NewMember, register_member
from pointsvc.members.rules import Door
from pointsvc.organisation.service import join_group

AGES: Final = {"mower_age_max": 75, "ladder_age_max": 70}  # the street decided so
POLICY: Final[dict[str, Any]] = {"insurer": "人保财险", "policy_no": "PICC-2026-0418"}
OLD_POLICY: Final[dict[str, Any]] = {"insurer": "人保财险", "policy_no": "PICC-2025-0311"}
GRANNY: Final = "石桂香"  # she has no phone: her week is printed for her
MOWING_IN: Final = 3  # days
LITTER_IN: Final = 4


def prepare_gates(street: Street, founded_at: datetime, now: datetime) -> None:
    """Trainings, insurances, a shift with a mower on plot 1, somebody without a phone."""
    update_settings(community_id=street.community_id, changes=AGES)
    begun, today = (clock.local_day(at, street.zone) for at in (founded_at, now))
    _insure(street, begun, today, now)
    _train(street, begun, today, now)
    _open(street, "mowing", MOWING_IN, "mower", now)
    litter = _open(street, "collecting", LITTER_IN, "none", now)
    granny_id = _register_granny(street, now)
    sign_up(community_id=street.community_id, shift_id=litter, member_id=granny_id, now=now)


def _insure(street: Street, begun: date, today: date, now: datetime) -> None:
    """Everybody who cares for a plot, until next year; a few for a month only; 李梅's has run out."""
    by: dict[str, Any] = {"community_id": street.community_id, "actor": _clerk(street), "now": now}
    tenders = [each for number in street.plots for each in tenders_of(street, number)]
    leaders = [leader_of(street, number) for number in street.plots]
    record_insurance(
        policy_id=street.derived("policy"),
        member_ids=[*tenders[:-2], *leaders],
        starts_on=begun,
        ends_on=begun + timedelta(days=364),
        **POLICY,
        **by,
    )
    record_insurance(
        policy_id=street.derived("short policy"),
        member_ids=tenders[-2:],
        starts_on=begun,
        ends_on=today + timedelta(days=30),
        **POLICY,
        **by,
    )
    record_insurance(
        policy_id=street.derived("old policy"),
        member_ids=[street.people["李梅"]],
        starts_on=today - timedelta(days=400),
        ends_on=today - timedelta(days=35),
        **OLD_POLICY,
        **by,
    )


def _train(street: Street, begun: date, today: date, now: datetime) -> None:
    """Of each plot's tenders the first two can mow, one may climb; of the first plot it runs out soon."""
    for number in street.plots:
        for n, member_id in enumerate(tenders_of(street, number)):
            ends_on = today + timedelta(days=45) if number == 1 else begun + timedelta(days=730)
            record_training(
                community_id=street.community_id,
                training_id=street.derived("training", member_id),
                member_id=member_id,
                topic="ladder" if n == 2 else "mower",  # noqa: PLR2004 - the third
                given_by="区园林站",
                trained_on=begun,
                ends_on=ends_on,
                certificate_no=f"YL-{number:02}{n}",
                actor=_clerk(street),
                now=now,
            )


def _open(street: Street, name: str, days: int, risk: str, now: datetime) -> UUID:
    leader_id, place_id = leader_of(street, 1), street.plots[1]
    on = clock.local_day(now, street.zone) + timedelta(days=days)
    starts_at = clock.at_local(on, 9, 0, street.zone)
    return create_shift(
        community_id=street.community_id,
        scope=Scope(leader_id, places=frozenset({place_id}), roles=frozenset({"leader"})),
        created_by_id=leader_id,
        shift_id=street.derived(name),
        activity_kind="PLOT_CARE",
        place_id=place_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        capacity=3,
        risk=risk,
        now=now,
    ).id


def _register_granny(street: Street, now: datetime) -> UUID:
    made = register_member(
        community_id=street.community_id,
        person=NewMember(
            GRANNY,
            phone=None,
            door=Door("1", "1", "102"),
            sex="女",
            born_on=date(1947, 2, 5),
            consents={"service": True, "messages": True},
        ),
        recorded_by_id=street.people["赵芳"],
        now=now,
    )
    join_group(
        community_id=street.community_id,
        group_id=street.groups[1],
        member_id=made.member_id,
        actor=_clerk(street),
        now=now,
    )
    return made.member_id


def _clerk(street: Street) -> Actor:
    return Actor("member", street.people["赵芳"])
