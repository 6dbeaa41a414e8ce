"""The books of somebody who goes on under another account, or is erased."""

from pointsvc.ledger.service.erasing import close_books as forget
from pointsvc.ledger.service.merging import merge_books as follow

__all__ = ["follow", "forget"]
