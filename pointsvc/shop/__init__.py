"""积分超市 shop: catalogue, stock, donations, the counter, kept goods, exchange days (docs/shop.md).

Words: 商品 product, 条码 barcode, 批次 batch, 库存变动 stock movement, 入库 intake, 报损 waste,
盘点 stock-take (count), 捐赠登记 donation, 兑换单 order, 退兑 refund, 店员 keeper, 限兑 limit,
专项发放 issue (of goods with a purpose), 采购 purchase, 赞助 sponsorship, 五公开 openings,
申请 request, 更正 correction, 代领人 proxy, 送货上门 home delivery, 日结 closing,
预约 reservation (its lines: holds), 自提码 pick-up code, 兑换日 exchange day, 登记 wish, 补兑 make-up.
调拨 transfer, 临期特价 mark-down, 保质期 best before, 最后食用 use by, 补货线 reorder level,
心愿单 wanted goods.

Invariants (docs/ledger.md): S1 on hand is the sum of the movements, never negative, and what is kept for
people is never more; S2 the lines at their price versions are the points paid; S3 no limit is passed, by
what is bought and what is kept; S4 a paid line moves stock once, a refund puts it back or to waste; S5 a
pick-up code is of one open reservation and used once; S6 nothing past its date and nothing restricted
leaves over the counter; L15 nobody serves themself, a refund has a second person; G1 no unit is lost
between gift and hand; G2 a purpose changes with its donor's word only; M1 an invoice is its lines; M2 no
budget is overspent. Gifts earn no points: their worth is an estimate, and points are for service. L15 on
the pages: a keeper asks, a supervisor agrees by their own sign-in, and it is done in that moment: a refund,
good stock written off, a count or a wrong invoice corrected (by a row beside it, on the day of the
agreement; another date moves no money); no code of theirs passes the counter. Goods with a purpose leave
after one more question; what a count is compared with is sealed into its page. Who collects for
a member was named by them.

How to read it: `rules` decide; `shelf` locks products and is the only writer of stock; `service`
holds the verbs, `queries` what people ask. Counter, orders and donations stand over stock, stock
over the catalogue. A stock-take compares differences from the books of its moment, so that what is
sold meanwhile stays sold; a mark-down is a price version like any other; each limit is a `Wish` of
`earning.limits`. Locks: key, code, exchange day, order, reservation or count, limits, passbooks,
products by id, receipt counter.
"""
