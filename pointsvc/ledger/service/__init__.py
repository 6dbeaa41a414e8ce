"""The verbs of the books. All join the caller's transaction and are retryable from the top."""

from pointsvc.ledger.service.awards import Award, award
from pointsvc.ledger.service.corrections import TakenBack, adjust, take_back
from pointsvc.ledger.service.expiry import (
    expire_account,
    expire_accounts,
    find_expired_accounts,
)
from pointsvc.ledger.service.gaps import declare_gap
from pointsvc.ledger.service.openings import Opening, open_balances
from pointsvc.ledger.service.payments import Payment, PaymentLine, Purses, open_purses, pay, refund
from pointsvc.ledger.service.reserving import Ending, end_holds, reserve
from pointsvc.ledger.service.reviews import end_review
from pointsvc.ledger.service.sealing import seal_day

__all__ = [
    "Award",
    "Ending",
    "Opening",
    "Payment",
    "PaymentLine",
    "Purses",
    "TakenBack",
    "adjust",
    "award",
    "declare_gap",
    "end_holds",
    "end_review",
    "expire_account",
    "expire_accounts",
    "find_expired_accounts",
    "open_balances",
    "open_purses",
    "pay",
    "refund",
    "reserve",
    "seal_day",
    "take_back",
]
