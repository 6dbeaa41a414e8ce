"""The verbs of trainings and insurances: write down, take back; every deed leaves an audit event."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.once import check_same
from pointsvc.kernel.outcomes import insert_once
from pointsvc.members.errors import NotActive
from pointsvc.members.models import Insurance, Training
from pointsvc.members.queries import active_ids, get_member

PEOPLE_MAX = 500
TRAINING: Final = ("member_id", "topic", "given_by", "trained_on", "ends_on", "certificate_no")
INSURANCE: Final = ("member_id", "insurer", "policy_no", "starts_on", "ends_on")


def record_training(
    *,
    community_id: UUID,
    training_id: UUID,
    member_id: UUID,
    topic: str,
    given_by: str,
    trained_on: date,
    ends_on: date | None,
    certificate_no: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down that somebody was trained; the same id is one training.

    Raises:
        NotFound. NotActive. Invalid: it ends before it began. IdTaken.
    """
    if not get_member(community_id, member_id).is_active:
        raise NotActive
    _check_order(trained_on, ends_on)
    row = {
        "community_id": community_id,
        "id": training_id,
        "member_id": member_id,
        "topic": topic,
        "given_by": given_by,
        "trained_on": trained_on,
        "ends_on": ends_on,
        "certificate_no": certificate_no or None,
        "recorded_by_id": actor.id,
        "recorded_at": now,
        "withdrawn_at": None,
    }
    if not insert_once(Training, [row]):
        check_same(Training, row, TRAINING)
    else:
        detail = {"kind": topic, "valid_from_on": trained_on.isoformat()}
        _note(community_id, actor, "members.training_recorded", member_id, now, detail)


def record_insurance(
    *,
    community_id: UUID,
    policy_id: UUID,
    member_ids: Collection[UUID],
    insurer: str,
    policy_no: str,
    starts_on: date,
    ends_on: date,
    actor: Actor,
    now: datetime,
) -> int:
    """Write one policy down for one person or for many at once; for how many it was news.

    The same policy number from the same day on is there once for each of them.

    Raises:
        NotActive: one of them is not on the books. Invalid: nobody, too many, or the days' order.
        IdTaken.
    """
    wanted = set(member_ids)
    if not wanted or len(wanted) > PEOPLE_MAX:
        raise Invalid(
            {"member_id": [_("请勾选投保的人，一次最多 %(count)s 人。", count=PEOPLE_MAX)]}
        )
    if active_ids(community_id, wanted) != wanted:
        raise NotActive
    _check_order(starts_on, ends_on)
    policy = {
        "insurer": insurer,
        "policy_no": policy_no,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    policy |= {"recorded_by_id": actor.id, "recorded_at": now, "withdrawn_at": None}
    new = [each for each in sorted(wanted) if _insure(community_id, policy_id, each, policy)]
    detail = {"number": policy_no, "valid_from_on": starts_on.isoformat()}
    for member_id in new:
        _note(community_id, actor, "members.insurance_recorded", member_id, now, detail)
    return len(new)


def withdraw_training(
    *, community_id: UUID, training_id: UUID, actor: Actor, now: datetime
) -> UUID:
    """Take back a training that was written down by mistake; whose it was. Raises NotFound."""
    return _withdraw(Training, community_id, training_id, actor, "training", now)


def withdraw_insurance(
    *, community_id: UUID, insurance_id: UUID, actor: Actor, now: datetime
) -> UUID:
    """Take back an insurance that was written down by mistake or ended; whose it was. Raises NotFound."""
    return _withdraw(Insurance, community_id, insurance_id, actor, "insurance", now)


def _insure(community_id: UUID, policy_id: UUID, member_id: UUID, policy: dict[str, Any]) -> bool:
    row = {
        "community_id": community_id,
        "id": derived_id("insurance", policy_id, member_id),
        "member_id": member_id,
        **policy,
    }
    if insert_once(Insurance, [row]):
        return True
    check_same(Insurance, row, INSURANCE)
    return False


def _withdraw(
    model: Any, community_id: UUID, id_: UUID, actor: Actor, kind: str, now: datetime
) -> UUID:
    whose: UUID | None = db.session.scalar(
        select(model.member_id).where(model.community_id == community_id, model.id == id_)
    )
    if whose is None:
        raise NotFound
    done = db.session.execute(
        update(model)
        .where(model.community_id == community_id, model.id == id_, model.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    if done.rowcount:  # type: ignore[attr-defined]
        _note(community_id, actor, f"members.{kind}_withdrawn", whose, now, {})
    return whose


def _check_order(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise Invalid({"ends_on": [_("到期须不早于开始。")]})


def _note(
    community_id: UUID,
    actor: Actor,
    action: str,
    member_id: UUID,
    now: datetime,
    detail: dict[str, Any],
) -> None:
    note(
        community_id=community_id,
        actor=actor,
        action=action,
        subject_id=member_id,
        now=now,
        detail=detail,
    )
