"""账本 ledger: the books."""
