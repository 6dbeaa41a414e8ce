"""The verbs of earning: set what deeds are worth, and pay deeds through limits into the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from pointsvc.activities.models import ActivityKind
from pointsvc.audit.actors import member_actor
from pointsvc.audit.service import note
from pointsvc.earning.errors import TariffDayTaken, TariffInThePast, TariffUnknown
from pointsvc.earning.limits import Wish, take_allowances
from pointsvc.earning.models import Tariff
from pointsvc.earning.queries import find_tariffs_by_id
from pointsvc.earning.rules import TariffFacts, expires_on, faults_of_terms
from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.ledger.service import Award, award


@dataclass(frozen=True, slots=True)
class Terms:
    """What a new version of a tariff says; see `earning.models.Tariff`."""

    basis: str
    rate_points: int
    step_minutes: int = 30
    minimum_percent: int = 60
    cap_day_points: int | None = None
    cap_month_points: int | None = None
    cap_holder: str = "member"
    counts_as_service: bool = False
    expiry: str = "end_of_next_year"
    expiry_months: int | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done that its tariff pays, before caps.

    Attributes:
        source_type: `attendance` or `scan`; with `source_id` and `number` the award's one source.
        number: corrections of the source so far.
        holder_id: whose caps count, by the tariff's `cap_holder`.
        on: the day whose limits it uses, in the community's zone.
        minutes: service minutes to post, exact.
        into_review: the points wait for a person; minutes are then posted when it is released.
        settle_points: what taking its former award back has just left owed; settled first.
        recorded_by_id: who recorded it, where that is not whoever pays.
    """

    source_type: str
    source_id: UUID
    number: int
    member_id: UUID
    holder_id: UUID
    tariff: TariffFacts
    on: date
    points: int
    minutes: int
    into_review: bool = False
    settle_points: int = 0
    recorded_by_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """What a deed really earned; `is_cut` when a cap took some of it."""

    points: int
    minutes: int
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Payout:
    """What each deed earned, in order, and the spendable points of their members afterwards."""

    paid: list[Paid]
    balances: dict[UUID, int]


def wish_of(deed: Deed) -> Wish:
    """What a deed asks of its tariff's limits."""
    tariff = deed.tariff
    return Wish(
        subject=tariff.code,
        holder_id=deed.holder_id,
        on=deed.on,
        amount=deed.points,
        day_cap=tariff.cap_day_points,
        month_cap=tariff.cap_month_points,
    )


def take_limits(*, community_id: UUID, deeds: Sequence[Deed]) -> list[int]:
    """Take the deeds' limits; the points that are left of each: caps cut, they do not refuse.

    Order matters for what is cut only. Locks the limits: before any passbook (docs/ledger.md §3), so
    this comes before whatever else is booked in the same transaction.
    """
    return take_allowances(community_id=community_id, wishes=[wish_of(deed) for deed in deeds])


def pay_deeds(
    *,
    community_id: UUID,
    deeds: Sequence[Deed],
    taken: Sequence[int],
    recorded_by_id: UUID | None,
    now: datetime,
    business_on: date,
    receivable_share_percent: int = 50,
) -> Payout:
    """Award the points that their limits left of the deeds (`taken`, see `take_limits`).

    A source that was awarded before under the same number is not awarded again (L8); callers keep
    a source from coming twice, or its limit would be used twice. Locks passbooks.
    """
    awards = [
        _award(replace(deed, points=points), business_on)
        for deed, points in zip(deeds, taken, strict=True)
        if points or deed.minutes
    ]
    balances: dict[UUID, int] = {}
    if awards:
        balances = award(
            community_id=community_id,
            awards=awards,
            recorded_by_id=recorded_by_id,
            now=now,
            business_on=business_on,
            receivable_share_percent=receivable_share_percent,
        )
    paid = [
        Paid(points, deed.minutes, is_cut=points < deed.points)
        for deed, points in zip(deeds, taken, strict=True)
    ]
    return Payout(paid, balances)


def set_tariff(
    *,
    community_id: UUID,
    code: str,
    terms: Terms,
    valid_from_on: date,
    decision: str,
    decided_on: date,
    recorded_by_id: UUID | None,
    now: datetime,
    today: date,
    tariff_id: UUID | None = None,
) -> TariffFacts:
    """Add a version that is in force from a day on, with the decision that it rests on.

    Source: a tariff changes by a decision of the community only; the version names it.

    Args:
        community_id: whose.
        code: the activity's.
        terms: what it says.
        valid_from_on: its first day, today or later.
        decision: what it rests on.
        decided_on: when that was decided, not after today.
        recorded_by_id: who wrote it down.
        now: the moment of that.
        today: the day of that in the community's zone.
        tariff_id: made by the caller's page; the same id with the same values is one version,
            with other values it is another (a form that was gone back to).

    Raises:
        TariffUnknown: no such activity.
        TariffInThePast: the day has passed.
        TariffDayTaken: a version of the code begins on that day.
        Invalid: terms that make no sense for the activity; a decision of the future.
    """
    counted_by = _lock_kind(community_id, code)
    facts = TariffFacts(
        id=tariff_id or new_id(),
        code=code,
        version=0,
        valid_from_on=valid_from_on,
        decision=decision,
        decided_on=decided_on,
        **asdict(terms),
    )
    known = find_tariffs_by_id(community_id=community_id, ids=[facts.id]).get(facts.id)
    if known is not None and replace(known, version=0) == facts:
        return known
    if valid_from_on < today:
        raise TariffInThePast
    _check_terms(facts, counted_by, today)
    mine = (Tariff.community_id == community_id, Tariff.code == code)
    taken = select(Tariff.id).where(*mine, Tariff.valid_from_on == valid_from_on)
    if db.session.execute(taken).one_or_none() is not None:
        raise TariffDayTaken(valid_from_on=valid_from_on.isoformat())
    last = db.session.scalar(select(func.max(Tariff.version)).where(*mine)) or 0
    facts = replace(facts, id=new_id() if known else facts.id, version=last + 1)
    db.session.add(_row(community_id, facts, recorded_by_id, now))
    _note(community_id, facts, recorded_by_id, now)
    db.session.flush()
    return facts


def _lock_kind(community_id: UUID, code: str) -> str:
    """One version of a code at a time; how its deeds are counted."""
    where = (ActivityKind.community_id == community_id, ActivityKind.code == code)
    kind = db.session.scalar(select(ActivityKind.counted_by).where(*where).with_for_update())
    if kind is None:
        raise TariffUnknown
    return kind


def _check_terms(facts: TariffFacts, counted_by: str, today: date) -> None:
    messages = {
        "basis": _("分类投放按数量计分。"),
        "rate_points": _("签到的活动不能扣分。"),
        "counts_as_service": _(
            "居民分类投放只记积分，不记志愿服务时长（民政部令第 67 号第十九条）。"
        ),
        "expiry_months": _("请填几个月。"),
        "decided_on": _("作出决定的日子不能在今天之后。"),
    }
    faults = faults_of_terms(facts, counted_by=counted_by, today=today)
    if faults:
        raise Invalid({name: [messages[name]] for name in faults})


def _note(
    community_id: UUID, facts: TariffFacts, recorded_by_id: UUID | None, now: datetime
) -> None:
    note(
        community_id=community_id,
        actor=member_actor(recorded_by_id),
        action="earning.tariff_set",
        subject_id=facts.id,
        now=now,
        detail={
            "code": facts.code,
            "version": facts.version,
            "valid_from_on": facts.valid_from_on.isoformat(),
        },
    )


def _row(
    community_id: UUID, facts: TariffFacts, recorded_by_id: UUID | None, now: datetime
) -> Tariff:
    values: dict[str, Any] = asdict(facts)
    return Tariff(
        community_id=community_id, recorded_by_id=recorded_by_id, recorded_at=now, **values
    )


def _award(deed: Deed, business_on: date) -> Award:
    return Award(
        member_id=deed.member_id,
        points=deed.points,
        minutes=deed.minutes,
        source_type=deed.source_type,
        source_id=deed.source_id,
        number=deed.number,
        tariff_id=deed.tariff.id,
        expires_on=expires_on(deed.tariff, business_on),
        reason=deed.tariff.code,
        into_review=deed.into_review,
        settle_points=deed.settle_points,
        recorded_by_id=deed.recorded_by_id,
    )
