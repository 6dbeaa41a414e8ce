"""账本 ledger: everything that moves is a transfer between two accounts, once and for ever.

Words: 账户 account, 记账 transfer, 分录 entry, 存折 passbook, 冲正 correcting transfer, 待公示 review,
预留 reserved, 应收 receivable, 封账 seal, 缺口 gap.

Invariants (docs/ledger.md): L1 zero-sum; L2 conservation; L3 append-only; L4 a passbook's entries chain
without gap or fork; L5 no member's account is negative; L6 heads equal their last entries; L7 one
entry for each tracked side; L8 one effect of a source; L10 a review or reservation ends once; L12
corrections never exceed; L15 two persons are two; A1 chains and daily roots can be recomputed; a
published day that the books lack is declared by a person before anything is written.

How to read it: `books` locks passbooks and posts transfers; `service` holds the verbs; `queries`
what people ask; `published` and `standing` compare with what was published; `verification` recomputes
everything. `models` is nobody else's business.
"""
