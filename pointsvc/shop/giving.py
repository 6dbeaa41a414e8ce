"""The pages' way to gifts and money: hand out for a purpose, change it, buy, note money; each once.

Every deed runs once for the key of the page that asked, as at the counter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from pointsvc.checkin.spent_codes import spend_code
from pointsvc.kernel.ids import derived_id
from pointsvc.shop.counter import Desk, decide_once
from pointsvc.shop.rules import check_arrival
from pointsvc.shop.service.issues import Consent, Recipient, change_purpose, issue_goods
from pointsvc.shop.service.purchases import BoughtLine, Invoice, add_supplier, record_purchase
from pointsvc.shop.service.sponsorships import Sponsor, correct_sponsorship, record_sponsorship
from pointsvc.shop.tickets import Ticket


def issue(
    desk: Desk, *, batch_id: UUID, quantity: int, recipient: Recipient, shown: Ticket | None
) -> dict[str, Any]:
    """Hand restricted goods out; `shown` is the recipient's card or code, as it was scanned.

    Raises:
        What `issue_goods` raises; CodeSpent.
    """
    issue_id = derived_id("goods_issue", desk.community_id, desk.keeper_id, desk.key)
    scan_id = shown.visit_id if shown else None
    body = {"batch_id": batch_id, "quantity": quantity, **asdict(recipient), "scan_id": scan_id}

    def work() -> dict[str, Any]:
        if shown is not None:
            spend_code(community_id=desk.community_id, code=shown.code, on_id=issue_id)
        number = issue_goods(
            community_id=desk.community_id,
            batch_id=batch_id,
            quantity=quantity,
            recipient=recipient,
            issue_id=issue_id,
            moving=desk.moving(),
        )
        return {"issue_id": str(issue_id), "number": number}

    return decide_once(desk, body, work, deed="issue")


def give_another_purpose(
    desk: Desk, *, batch_id: UUID, to_purpose: str | None, consent: Consent
) -> dict[str, Any]:
    """Note the donor's consent to another purpose."""
    body = {"batch_id": batch_id, "to_purpose": to_purpose, **asdict(consent)}

    def work() -> dict[str, Any]:
        change_id = change_purpose(
            community_id=desk.community_id,
            batch_id=batch_id,
            to_purpose=to_purpose,
            consent=consent,
            moving=desk.moving(),
        )
        return {"change_id": str(change_id)}

    return decide_once(desk, body, work, deed="purpose")


def buy(
    desk: Desk,
    *,
    invoice: Callable[[], Invoice],
    lines: Sequence[BoughtLine],
    asked: dict[str, Any],
) -> dict[str, Any]:
    """Goods of an invoice onto the shelf.

    `invoice` is made inside the transaction: a supplier who is new is written down in it; `asked` is
    what the key stands for.

    Raises:
        PastDate. What `record_purchase` and `add_supplier` raise.
    """
    for line in lines:
        check_arrival(line.best_before_on, desk.today)
    purchase_id = derived_id("purchase", desk.community_id, desk.keeper_id, desk.key)
    body = {**asked, "lines": [asdict(line) for line in lines]}

    def work() -> dict[str, Any]:
        number = record_purchase(
            community_id=desk.community_id,
            purchase_id=purchase_id,
            invoice=invoice(),
            lines=lines,
            moving=desk.moving(),
        )
        return {"purchase_id": str(purchase_id), "number": number}

    return decide_once(desk, body, work, deed="purchase")


def new_supplier(desk: Desk, *, name: str, address: str, contact: str) -> UUID:
    """Write a supplier down, inside `buy`. Raises SupplierExists."""
    return add_supplier(
        community_id=desk.community_id,
        name=name,
        address=address,
        contact=contact,
        by_id=desk.keeper_id,
        now=desk.now,
    )


def note_money(
    desk: Desk,
    *,
    sponsor: Sponsor,
    amount_fen: int,
    received_on: date,
    purpose: str | None,
    evidence: str | None,
) -> dict[str, Any]:
    """Note a sponsor's money."""
    sponsorship_id = derived_id("sponsorship", desk.community_id, desk.keeper_id, desk.key)
    body = {
        **asdict(sponsor),
        "amount_fen": amount_fen,
        "received_on": received_on,
        "purpose": purpose,
        "evidence": evidence,
    }

    def work() -> dict[str, Any]:
        record_sponsorship(
            community_id=desk.community_id,
            sponsorship_id=sponsorship_id,
            sponsor=sponsor,
            amount_fen=amount_fen,
            received_on=received_on,
            purpose=purpose,
            evidence=evidence,
            by_id=desk.keeper_id,
            now=desk.now,
        )
        return {"sponsorship_id": str(sponsorship_id)}

    return decide_once(desk, body, work, deed="sponsorship")


def set_money_right(
    desk: Desk, *, sponsorship_id: UUID, amount_fen: int, evidence: str
) -> dict[str, Any]:
    """Correct a sponsor's money."""
    told: dict[str, Any] = {
        "sponsorship_id": sponsorship_id,
        "amount_fen": amount_fen,
        "evidence": evidence,
    }

    def work() -> dict[str, Any]:
        correct_sponsorship(
            community_id=desk.community_id, by_id=desk.keeper_id, now=desk.now, **told
        )
        return {"fen": amount_fen}

    return decide_once(desk, told, work, deed="sponsorship")
