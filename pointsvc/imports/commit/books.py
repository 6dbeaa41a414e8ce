"""Opening balances from a points book, and the gifts of a donation register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.imports.errors import NegativeAddition
from pointsvc.imports.lines import DonationLine, LedgerLine
from pointsvc.imports.models import TakenLine
from pointsvc.kernel.ids import derived_id
from pointsvc.ledger.service import Opening, open_balances
from pointsvc.members.queries import in_chunks
from pointsvc.shop.service.donations import (
    HistoricDonation,
    HistoricLine,
    record_donation_history,
)


def take_balances(
    *,
    community_id: UUID,
    lines: Sequence[LedgerLine],
    members: Mapping[bytes, UUID],
    run_id: UUID,
    recorded_by_id: UUID | None,
    now: datetime,
    today: date,
) -> int:
    """Post one transfer from `opening` for each person with new lines; how many lines were new.

    Points count until the end of next year from the day of import.

    Raises:
        NegativeAddition: the new lines of a person, taken together, take points away.
    """
    taken = _taken_keys(community_id, [line.key for line in lines])
    fresh = [line for line in lines if line.key not in taken]
    by_person: dict[UUID, list[LedgerLine]] = defaultdict(list)
    for line in fresh:
        by_person[members[line.person]].append(line)
    openings = []
    for member_id, own in by_person.items():
        points = sum(line.points for line in own)
        if points < 0:
            raise NegativeAddition(sheet=own[-1].sheet, row=own[-1].row)
        if points:
            keys = b"".join(sorted(line.key for line in own)).hex()
            source_id = derived_id("opening", community_id, member_id, keys)
            openings.append(Opening(member_id, points, source_id, date(today.year + 1, 12, 31)))
    open_balances(
        community_id=community_id,
        openings=openings,
        recorded_by_id=recorded_by_id,
        now=now,
        business_on=today,
    )
    _remember(community_id, fresh, members, run_id)
    return len(fresh)


def _taken_keys(community_id: UUID, keys: Iterable[bytes]) -> set[bytes]:
    taken: set[bytes] = set()
    for some in in_chunks(keys):
        taken.update(
            db.session.scalars(
                select(TakenLine.key).where(
                    TakenLine.community_id == community_id,
                    TakenLine.kind == "ledger",
                    TakenLine.key.in_(some),
                )
            )
        )
    return taken


def _remember(
    community_id: UUID,
    lines: Iterable[LedgerLine],
    members: Mapping[bytes, UUID],
    run_id: UUID,
) -> None:
    rows = [
        {
            "community_id": community_id,
            "kind": "ledger",
            "key": line.key,
            "subject_id": members[line.person],
            "run_id": run_id,
        }
        for line in lines
    ]
    if rows:
        db.session.execute(TakenLine.__table__.insert(), rows)  # type: ignore[attr-defined]


def take_donations(
    *,
    community_id: UUID,
    lines: Iterable[DonationLine],
    recorded_by_id: UUID | None,
    now: datetime,
) -> int:
    """Enter the gifts with their dates, not in stock: the shelf is counted when the shop opens."""
    donations = [
        HistoricDonation(
            id=derived_id("import-donation", community_id, line.key.hex()),
            donor=line.donor or None,
            received_on=line.on,
            lines=(
                HistoricLine(
                    line.product, line.pack, line.quantity, line.value_fen, line.best_before_on
                ),
            ),
        )
        for line in lines
    ]
    return record_donation_history(
        community_id=community_id, donations=donations, recorded_by_id=recorded_by_id, now=now
    )
