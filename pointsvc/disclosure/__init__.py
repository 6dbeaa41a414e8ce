"""公示 disclosure: a month of a community in the open, for neighbours and the notice board.

Words: 公示 disclosure, 月份 month, 收入 income, 支出 outgo, 库存 stock, 兑换 exchange, 结余 closing.

Invariants: what is shown is summed from the books and the stock's movements, never kept a second
time; the closing follows from the rest, and a month's closing is the next month's opening; persons'
names are masked unless they agreed, volunteers are counted and never named or ranked; the root of
the month's last sealed day is printed, so that nobody can rewrite the books unseen.
"""
