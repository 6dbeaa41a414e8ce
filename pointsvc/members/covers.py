"""Reading trainings and insurances: what each person has, and what runs out soon."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Select, and_, exists, literal_column, select

from pointsvc.extensions import db
from pointsvc.kernel.pinyin import sort_key
from pointsvc.members.models import Insurance, Member, Training
from pointsvc.members.queries import in_chunks
from pointsvc.members.rules import Cover, Validity

SOON: Final = timedelta(days=60)
LIST_MAX: Final = 500
Order = Literal["day", "name"]


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """A training as the office wrote it down."""

    id: UUID
    topic: str
    given_by: str
    trained_on: date
    ends_on: date | None
    certificate_no: str | None


@dataclass(frozen=True, slots=True)
class InsuranceFacts:
    """An insurance as the office wrote it down."""

    id: UUID
    insurer: str
    policy_no: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Ending:
    """What ends soon, or ended and has nothing after it; `kind` is `insurance` or a training's topic."""

    member_id: UUID
    volunteer_no: int
    name: str
    kind: str
    number: str
    ends_on: date


def covers_of(
    community_id: UUID, member_ids: Collection[UUID], *, recorded_until: datetime | None = None
) -> dict[UUID, Cover]:
    """What is known of each of the people; for nobody of ours an empty cover.

    With `recorded_until` without what the office wrote down later.
    """
    born: dict[UUID, date | None] = {}
    trained: dict[UUID, list[tuple[str, Validity]]] = {}
    insured: dict[UUID, list[Validity]] = {}
    for chunk in in_chunks(member_ids):
        born.update(_pairs(community_id, chunk))
        for row in _written(_trained(community_id, chunk), Training, recorded_until):
            trained.setdefault(row[0], []).append((row[1], Validity(row[2], row[3])))
        for row in _written(_insured(community_id, chunk), Insurance, recorded_until):
            insured.setdefault(row[0], []).append(Validity(row[1], row[2]))
    return {
        each: Cover(born.get(each), tuple(trained.get(each, ())), tuple(insured.get(each, ())))
        for each in dict.fromkeys(member_ids)
    }


def trainings_of(community_id: UUID, member_id: UUID) -> list[TrainingFacts]:
    """The person's trainings, newest first."""
    rows = db.session.execute(
        select(
            Training.id,
            Training.topic,
            Training.given_by,
            Training.trained_on,
            Training.ends_on,
            Training.certificate_no,
        )
        .where(
            Training.community_id == community_id,
            Training.member_id == member_id,
            Training.withdrawn_at.is_(None),
        )
        .order_by(Training.trained_on.desc(), Training.id)
        .limit(LIST_MAX)
    )
    return [TrainingFacts(*row) for row in rows]


def insurances_of(community_id: UUID, member_id: UUID) -> list[InsuranceFacts]:
    """The person's insurances, the one that lasts longest first."""
    rows = db.session.execute(
        select(
            Insurance.id,
            Insurance.insurer,
            Insurance.policy_no,
            Insurance.starts_on,
            Insurance.ends_on,
        )
        .where(
            Insurance.community_id == community_id,
            Insurance.member_id == member_id,
            Insurance.withdrawn_at.is_(None),
        )
        .order_by(Insurance.ends_on.desc(), Insurance.id)
        .limit(LIST_MAX)
    )
    return [InsuranceFacts(*row) for row in rows]


def endings(community_id: UUID, today: date, *, order: Order = "day") -> list[Ending]:
    """What of active people ends within sixty days, or ended in the last sixty, without one after it."""
    found = [
        Ending(row.id, row.volunteer_no, row.name, row.kind, row.number or "", row.ends_on)
        for wanted in (
            _ending_trainings(community_id, today),
            _ending_policies(community_id, today),
        )
        for row in db.session.execute(wanted.limit(LIST_MAX))
    ]
    if order == "name":
        return sorted(found, key=lambda each: (_read(each.name), each.member_id, each.ends_on))
    return sorted(found, key=lambda each: (each.ends_on, each.name, each.member_id))


def _read(name: str) -> str:
    return sort_key(name, is_name=True)


def _pairs(community_id: UUID, member_ids: list[UUID]) -> dict[UUID, date | None]:
    rows = db.session.execute(
        select(Member.id, Member.born_on).where(
            Member.community_id == community_id, Member.id.in_(member_ids)
        )
    )
    return {row[0]: row[1] for row in rows}


def _written(wanted: Select[*tuple[Any, ...]], model: Any, until: datetime | None) -> Any:
    known = wanted if until is None else wanted.where(model.recorded_at <= until)
    return db.session.execute(known)


def _trained(community_id: UUID, member_ids: list[UUID]) -> Select[*tuple[Any, ...]]:
    return select(Training.member_id, Training.topic, Training.trained_on, Training.ends_on).where(
        Training.community_id == community_id,
        Training.member_id.in_(member_ids),
        Training.withdrawn_at.is_(None),
    )


def _insured(community_id: UUID, member_ids: list[UUID]) -> Select[*tuple[Any, ...]]:
    return select(Insurance.member_id, Insurance.starts_on, Insurance.ends_on).where(
        Insurance.community_id == community_id,
        Insurance.member_id.in_(member_ids),
        Insurance.withdrawn_at.is_(None),
    )


def _ending_trainings(community_id: UUID, today: date) -> Select[*tuple[Any, ...]]:
    later = Training.__table__.alias("later")
    is_renewed = exists().where(
        later.c.community_id == Training.community_id,
        later.c.member_id == Training.member_id,
        later.c.topic == Training.topic,
        later.c.withdrawn_at.is_(None),
        (later.c.ends_on > Training.ends_on) | later.c.ends_on.is_(None),
    )
    columns = Training.topic.label("kind"), Training.certificate_no.label("number")
    return _ending(Training, columns, community_id, today).where(~is_renewed)


def _ending_policies(community_id: UUID, today: date) -> Select[*tuple[Any, ...]]:
    later = Insurance.__table__.alias("later")
    is_renewed = exists().where(
        later.c.community_id == Insurance.community_id,
        later.c.member_id == Insurance.member_id,
        later.c.withdrawn_at.is_(None),
        later.c.ends_on > Insurance.ends_on,
    )
    kind: Any = literal_column("'insurance'").label("kind")
    columns = kind, Insurance.policy_no.label("number")
    return _ending(Insurance, columns, community_id, today).where(~is_renewed)


def _ending(
    model: Any, columns: tuple[Any, Any], community_id: UUID, today: date
) -> Select[*tuple[Any, ...]]:
    return (
        select(Member.id, Member.volunteer_no, Member.name, *columns, model.ends_on)
        .join(
            Member,
            and_(Member.community_id == model.community_id, Member.id == model.member_id),
        )
        .where(
            model.community_id == community_id,
            model.withdrawn_at.is_(None),
            model.ends_on.between(today - SOON, today + SOON),
            Member.state == "active",
        )
        .order_by(model.ends_on, model.id)
    )
