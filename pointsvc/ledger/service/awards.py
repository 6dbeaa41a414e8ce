"""Awarding points and service minutes for a deed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from pointsvc.kernel.ids import new_id
from pointsvc.ledger.books import open_books
from pointsvc.ledger.service.settling import settlement
from pointsvc.ledger.transfers import NewTransfer, Recording, Side
from pointsvc.members.heirs import heirs_of


@dataclass(frozen=True, slots=True)
class Award:
    """What a deed earns a member. `number` counts the corrections of the deed so far.

    Points land in the wallet that expires on `expires_on`, or wait in review beside it; minutes
    never expire. Either may be 0. `settle_points` is what taking the deed's former award back left
    owed: it is settled whole, for it was never more than one award. `recorded_by_id` is who recorded
    this one, where that is not whoever awards.
    """

    member_id: UUID
    points: int
    minutes: int
    source_type: str
    source_id: UUID
    number: int
    tariff_id: UUID | None
    expires_on: date
    reason: str
    into_review: bool = False
    settle_points: int = 0
    recorded_by_id: UUID | None = None


def award(
    *,
    community_id: UUID,
    awards: Sequence[Award],
    recorded_by_id: UUID | None,
    now: datetime,
    business_on: date,
    receivable_share_percent: int = 50,
) -> dict[UUID, int]:
    """Post the awards; return each member's spendable points afterwards.

    A deed that was awarded before under the same number is left as it is (exactly once). Who was merged
    away earns for the survivor; who was erased earns nothing (a late scan, a shift that closes). Of new
    spendable points, up to `receivable_share_percent` (and an award's own `settle_points`) first
    settle what the member owes the books.
    Locks the members' passbooks, points before minutes, each by id.
    """
    recording = Recording(recorded_by_id, now, business_on)
    members = {each.member_id for each in awards}
    points = open_books(community_id=community_id, owner_ids=members, unit="points")
    if points.closed:
        heirs = heirs_of(community_id, points.closed)
        balances = award(
            community_id=community_id,
            awards=list(_passed_on(awards, points.closed, heirs)),
            recorded_by_id=recorded_by_id,
            now=now,
            business_on=business_on,
            receivable_share_percent=receivable_share_percent,
        )
        return {each: balances.get(heirs.get(each, each), 0) for each in members}
    earned = [each for each in awards if each.points]
    transfers = [_points(community_id, each) for each in earned]
    posted = points.post(transfers, recording)
    new = {transfer.source_id for transfer in transfers if transfer.id in posted}
    settling = [
        transfer
        for each in earned
        if each.source_id in new and not each.into_review
        for transfer in settlement(
            points,
            _points(community_id, each),
            effect=f"settle/{each.number}",
            share_percent=receivable_share_percent,
            at_least=each.settle_points,
        )
    ]
    points.post(settling, recording)
    _post_minutes(community_id, awards, recording)
    return {member_id: points.spendable(member_id, business_on) for member_id in members}


def _passed_on(
    awards: Sequence[Award], closed: Collection[UUID], heirs: Mapping[UUID, UUID]
) -> Iterator[Award]:
    """The awards, those of closed accounts for their heirs; where there is none they are left out."""
    for each in awards:
        if each.member_id not in closed:
            yield each
        elif each.member_id in heirs:
            yield replace(each, member_id=heirs[each.member_id])


def _points(community_id: UUID, each: Award) -> NewTransfer:
    return NewTransfer(
        id=new_id(),
        unit="points",
        debit=Side(community_id, "issuance"),
        credit=Side(each.member_id, "review" if each.into_review else "wallet", each.expires_on),
        amount=each.points,
        kind="award",
        reason=each.reason,
        source_type=each.source_type,
        source_id=each.source_id,
        effect=f"award/{each.tariff_id or '-'}/{each.number}",
        tariff_id=each.tariff_id,
        recorded_by_id=each.recorded_by_id,
    )


def _post_minutes(community_id: UUID, awards: Sequence[Award], recording: Recording) -> None:
    served = [each for each in awards if each.minutes]
    if not served:
        return
    members = {each.member_id for each in served}
    books = open_books(community_id=community_id, owner_ids=members, unit="minutes")
    books.post([_minutes(community_id, each) for each in served], recording)


def _minutes(community_id: UUID, each: Award) -> NewTransfer:
    return NewTransfer(
        id=new_id(),
        unit="minutes",
        debit=Side(community_id, "service"),
        credit=Side(each.member_id, "minutes"),
        amount=each.minutes,
        kind="service",
        reason=each.reason,
        source_type=each.source_type,
        source_id=each.source_id,
        effect=f"service/{each.number}",
        tariff_id=each.tariff_id,
        recorded_by_id=each.recorded_by_id,
    )
