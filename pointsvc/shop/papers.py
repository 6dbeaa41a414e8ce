"""A gift's papers as facts: which receipt, by which agreement, how its worth is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

ReceiptKind = Literal["acknowledgement", "charity"]
ValueBasis = Literal["invoice", "market", "estimate"]


@dataclass(frozen=True, slots=True)
class GiftPapers:
    """Who receives the gift in law, on which receipt, by which agreement (慈善法 art. 38, 39).

    `charity_receipt_no` is the official receipt's own number: only a charity or public body issues it.
    """

    receiving_entity: str
    receipt_kind: ReceiptKind = "acknowledgement"
    charity_receipt_no: str | None = None
    agreement_no: str | None = None
    promised_on: date | None = None
    quality: str | None = None
