"""Opening balances from a points book, and the gifts of a donation register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.imports.lines import DonationLine, LedgerLine, Tally, digest
from pointsvc.imports.models import TakenLine
from pointsvc.kernel.bulk import insert_rows, is_among
from pointsvc.kernel.ids import derived_id
from pointsvc.ledger.service import Opening, open_balances
from pointsvc.members.queries import in_chunks
from pointsvc.shop.service.donations import (
    HistoricDonation,
    HistoricLine,
    record_donation_history,
)


def by_person(lines: Iterable[LedgerLine]) -> list[list[LedgerLine]]:
    """The lines of each person, in the book's order."""
    grouped: dict[bytes, list[LedgerLine]] = defaultdict(list)
    for line in lines:
        grouped[line.person].append(line)
    return list(grouped.values())


def take_balances(
    *,
    community_id: UUID,
    holders: Sequence[Sequence[LedgerLine]],
    members: Mapping[bytes, UUID],
    run_id: UUID,
    recorded_by_id: UUID | None,
    now: datetime,
    today: date,
) -> tuple[int, tuple[LedgerLine, ...]]:
    """Post one transfer from `opening` for each holder with new lines.

    How many lines were new; and the last new line of each who would lose points by their new lines
    together: nothing of theirs is written, for an opening only gives. Points count until the end of
    next year from the day of import, as the seed tariffs have it (`earning.seeds`).
    """
    keyed = {members[lines[0].person]: _keyed(members[lines[0].person], lines) for lines in holders}
    taken = _taken_keys(community_id, [key for lines in keyed.values() for key in lines])
    openings: list[Opening] = []
    written: dict[bytes, UUID] = {}
    overdrawn: list[LedgerLine] = []
    for member_id, lines in keyed.items():
        new = {key: line for key, line in lines.items() if key not in taken}
        points = sum(line.points for line in new.values())
        if points < 0:
            overdrawn.append(list(new.values())[-1])
            continue
        written |= dict.fromkeys(new, member_id)
        if points:
            openings.append(_opening(community_id, member_id, new, points, today))
    open_balances(
        community_id=community_id,
        openings=openings,
        recorded_by_id=recorded_by_id,
        now=now,
        business_on=today,
    )
    _remember(community_id, written, run_id)
    return len(written), tuple(overdrawn)


def _keyed(member_id: UUID, lines: Iterable[LedgerLine]) -> dict[bytes, LedgerLine]:
    """A member's lines by natural keys that outlive another phone, another door, another book."""
    tally = Tally()
    keyed = {}
    for line in lines:
        content = digest(
            "ledger", member_id.hex, line.on.isoformat(), line.activity, str(line.points)
        )
        keyed[tally.next_key(content)] = line
        tally.take(content, line.row)
    return keyed


def _opening(
    community_id: UUID, member_id: UUID, keys: Iterable[bytes], points: int, today: date
) -> Opening:
    source_id = derived_id("opening", community_id, member_id, b"".join(sorted(keys)).hex())
    return Opening(member_id, points, source_id, date(today.year + 1, 12, 31))


def _taken_keys(community_id: UUID, keys: Iterable[bytes]) -> set[bytes]:
    taken: set[bytes] = set()
    for some in in_chunks(keys):
        taken.update(
            db.session.scalars(
                select(TakenLine.key).where(
                    TakenLine.community_id == community_id,
                    TakenLine.kind == "ledger",
                    is_among(TakenLine.key, some),
                )
            )
        )
    return taken


def _remember(community_id: UUID, owners: Mapping[bytes, UUID], run_id: UUID) -> None:
    rows = [
        {
            "community_id": community_id,
            "kind": "ledger",
            "key": key,
            "subject_id": member_id,
            "run_id": run_id,
        }
        for key, member_id in owners.items()
    ]
    insert_rows(TakenLine, rows)


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
