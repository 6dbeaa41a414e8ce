"""What becomes of the points of somebody who is erased; the books stay, under an id that is nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from pointsvc.extensions import db
from pointsvc.kernel.ids import derived_id
from pointsvc.ledger.books import Books, open_books
from pointsvc.ledger.models import Account, Transfer
from pointsvc.ledger.service.correcting import heir_id, is_owner, review_end_effect
from pointsvc.ledger.service.merging import close_accounts
from pointsvc.ledger.service.payments import post_all
from pointsvc.ledger.service.reviews import end_review
from pointsvc.ledger.transfers import AMOUNT_MAX, NewTransfer, Recording, Side
from pointsvc.members.changes import Erasure
from pointsvc.members.models import Member

SOURCE = "erasure"
REASON = "erase"


def close_books(erasure: Erasure) -> None:
    """End every account of points by lawful transfers, and let nothing be posted any more.

    Reviews are annulled; what is owed is settled from what is there, the rest let go; wallets lapse or
    are donated, as the member chose. Minutes stay: they are the record of service, which the law keeps.
    Books that a merge closed are empty, and left.
    """
    _annul_reviews(erasure)
    books = open_books(
        community_id=erasure.community_id, owner_ids={erasure.member_id}, unit="points"
    )
    if erasure.member_id in books.closed:
        return
    recording = Recording(erasure.by_id, erasure.now, erasure.on)
    for each in (list(_settling(books, erasure)), list(_letting_go(books, erasure))):
        post_all(books, each, recording)
    post_all(books, list(_ending(books, erasure)), recording)
    assert not any(each.amount for each in books.balances.values()), "something is still kept"
    close_accounts(erasure.community_id, erasure.member_id, "points", erasure.now)
    open_books(community_id=erasure.community_id, owner_ids={erasure.member_id}, unit="minutes")
    close_accounts(erasure.community_id, erasure.member_id, "minutes", erasure.now)


def _annul_reviews(erasure: Erasure) -> None:
    for source_type, source_id, number in _pending(erasure.community_id, erasure.member_id):
        end_review(
            community_id=erasure.community_id,
            source_type=source_type,
            source_id=source_id,
            number=number,
            release=False,
            reason=REASON,
            recorded_by_id=erasure.by_id,
            now=erasure.now,
            business_on=erasure.on,
        )


def _pending(community_id: UUID, member_id: UUID) -> list[tuple[str, UUID, int]]:
    """Awards that wait in review: their source, and which award of it they are."""
    fixed = aliased(Transfer)
    rows = db.session.execute(
        select(Transfer.source_type, Transfer.source_id, Transfer.effect)
        .join(
            Account,
            and_(
                Account.community_id == Transfer.community_id,
                Account.id == Transfer.credit_account_id,
            ),
        )
        .outerjoin(Member, is_owner(Account))
        .outerjoin(
            fixed,
            and_(fixed.community_id == Transfer.community_id, fixed.corrects_id == Transfer.id),
        )
        .where(
            Transfer.community_id == community_id,
            Transfer.kind == "award",
            Account.kind == "review",
            heir_id(Account.owner_id) == member_id,
            fixed.id.is_(None),
        )
    ).all()
    pending = [(row[0], row[1], int(row[2].rsplit("/", 1)[1])) for row in rows]
    return [each for each in pending if not _has_ended(community_id, *each)]


def _has_ended(community_id: UUID, source_type: str, source_id: UUID, number: int) -> bool:
    ended = select(Transfer.id).where(
        Transfer.community_id == community_id,
        Transfer.source_type == source_type,
        Transfer.source_id == source_id,
        Transfer.effect == review_end_effect(number),
    )
    return db.session.scalar(ended) is not None


def _settling(books: Books, erasure: Erasure) -> Iterator[NewTransfer]:
    """What is owed leaves the wallets, the earliest first, as if it had not been issued."""
    owed = Side(erasure.member_id, "receivable")
    rest = books.amount(owed)
    for wallet in books.wallets(erasure.member_id, erasure.on):
        amount = min(rest, wallet.amount)
        if amount == 0:
            return
        community_id, on = erasure.community_id, wallet.side.expires_on
        yield _move(
            erasure, wallet.side, Side(community_id, "issuance"), amount, "settle", f"points/{on}"
        )
        yield _move(
            erasure, owed, Side(community_id, "receivable_contra"), amount, "settle", f"debt/{on}"
        )
        rest -= amount


def _letting_go(books: Books, erasure: Erasure) -> Iterator[NewTransfer]:
    owed = Side(erasure.member_id, "receivable")
    if amount := books.amount(owed):
        contra = Side(erasure.community_id, "receivable_contra")
        yield _move(erasure, owed, contra, amount, "owe", "let_go")


def _ending(books: Books, erasure: Erasure) -> Iterator[NewTransfer]:
    """Each wallet to `expired`, or to `donated` where its day has not passed and that was wished."""
    for balance in sorted(books.balances.values(), key=lambda each: each.side.expires_on):
        side = balance.side
        if side.kind != "wallet" or side.owner_id != erasure.member_id:
            continue
        donated = erasure.closing == "donate" and side.expires_on >= erasure.on
        end = Side(erasure.community_id, "donated" if donated else "expired")
        kind = "donate" if donated else "expire"
        for number, start in enumerate(range(0, balance.amount, AMOUNT_MAX)):
            amount = min(AMOUNT_MAX, balance.amount - start)
            yield _move(erasure, side, end, amount, kind, f"wallet/{side.expires_on}/{number}")


def _move(
    erasure: Erasure, debit: Side, credit: Side, amount: int, kind: str, which: str
) -> NewTransfer:
    effect = f"erase/{which}"
    return NewTransfer(
        id=derived_id("erase", erasure.community_id, erasure.member_id, effect),
        unit="points",
        debit=debit,
        credit=credit,
        amount=amount,
        kind=kind,
        reason=REASON,
        source_type=SOURCE,
        source_id=erasure.member_id,
        effect=effect,
    )
