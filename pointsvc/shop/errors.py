"""The shop's refusals."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.i18n import lazy_gettext as _l


class AmountRefused(Invalid):
    """A quantity or a sum of points that is no amount: 1 to 1,000 units, 1,000,000 points."""

    code = "shop.amount_refused"
    message = _l("数量须为 1 至 1000 的整数，合计不超过 1,000,000 分。")


class BarcodeRefused(Invalid):
    """A barcode with characters that no label has, or a wrong check digit of EAN-13 or EAN-8."""

    code = "shop.barcode_refused"
    message = _l(
        "条码不对：8 位、13 位条码的末位校验不符，或含有条码里没有的字符。请再扫一次；"
        "没有条码的，空着就行。"
    )


class ShopUnclear(Invalid):
    """The keeper keeps several shops and the request does not say which."""

    code = "shop.which_shop"
    message = _l("您管着几家店，请选是哪一家。")


class ScanAgain(Conflict):
    """The member was scanned too long ago, by somebody else, or not at all."""

    code = "shop.scan_again"
    message = _l("离扫码已经太久，请再扫一次居民的码。")


class PastDate(Invalid):
    """Goods that are past their date are brought to the shelf."""

    code = "shop.past_date"
    message = _l("已过期，不能入库。")


class DatesCrossed(Invalid):
    """The last day to eat lies before the last day of the best."""

    code = "shop.dates_crossed"
    message = _l("最后食用的日子不能早于保质期。")


class GoodsPast(Conflict):
    """What is past its date goes to waste, and nowhere else (S6)."""

    code = "shop.goods_past"
    message = _l("这批已经过期，只能报损。")


class SameShop(Conflict):
    """Goods are sent to the shop where they lie."""

    code = "shop.same_shop"
    message = _l("东西本来就在这家店，请选另一家店。")


class NotCheaper(Invalid):
    """A mark-down that is none."""

    code = "shop.not_cheaper"
    message = _l("特价要比现在的价低。")


class MarkdownRunning(Conflict):
    """The product is marked down already."""

    code = "shop.markdown_running"
    message = _l("这件商品正在特价，先结束这一次再定新的。")


class LimitExists(Conflict):
    """The shop has a limit on the same thing, for the same holder and window."""

    code = "shop.limit_exists"
    message = _l("已经有一条一样的限兑，改它的数就行。")


class CountRunning(Conflict):
    """One stock-take at a time in a shop."""

    code = "shop.count_running"
    message = _l("这家店正在盘点，先把这一次做完。")


class CountFull(Conflict):
    """Two people count already."""

    code = "shop.count_full"
    message = _l("这次盘点已有两个人在数。")


class CountClosed(Conflict):
    """The stock-take, or one's own part of it, is over."""

    code = "shop.count_closed"
    message = _l("这次盘点您已经数完，或者已经结束，不能再改。")


class NotYourCount(Conflict):
    """Somebody else counts, or somebody who counted wants to approve it (L15)."""

    code = "shop.not_your_count"
    message = _l("要由没有数过的另一位监督员来定，也不能是数的人的家人；数的人只能数自己那份。")


class NothingCounted(Conflict):
    """Somebody is finished who counted nothing."""

    code = "shop.nothing_counted"
    message = _l("还没有数过东西。先扫一件，填上件数。")


class CountMoved(Conflict):
    """The books have less than the count takes away, or no batch to add to: it is counted again."""

    code = "shop.count_moved"
    message = _l("有的商品账上不够扣，或者从来没有入过库，不能照这个数更正。请退回重数。")


class SameAgain(Conflict):
    """The member got exactly these goods a moment ago; a second time is said on purpose."""

    code = "shop.same_again"
    message = _l("刚给这位办过一模一样的一单（小票 %(receipt_no)s）。真要再办，请点“再办一单”。")


class ProductExists(Conflict):
    """An open product of the shop has this barcode, or this name and pack."""

    code = "shop.product_exists"
    message = _l("店里已有同名同规格或同条码的商品。")


class ProductClosed(Conflict):
    """The product was taken off the catalogue."""

    code = "shop.product_closed"
    message = _l("这件商品已下架。")


class StillInStock(Conflict):
    """A product with units on hand stays in the catalogue."""

    code = "shop.still_in_stock"
    message = _l("库里还有 %(on_hand)s 件，清完才能下架。")


class InsufficientPoints(Conflict):
    """The member has fewer spendable points than the goods cost."""

    code = "shop.insufficient_points"
    message = _l("积分不够：现有 %(balance_points)s 分，需要 %(total_points)s 分。")


class OutOfStock(Conflict):
    """Fewer units may leave than are wanted: the rest is sold, restricted or past its date."""

    code = "shop.out_of_stock"
    message = _l("库存不够：想兑 %(wanted)s 件，能兑 %(available)s 件。")


class GoodsReserved(Conflict):
    """Fewer units would be left than are kept for people."""

    code = "shop.goods_reserved"
    message = _l("其中 %(reserved)s 件有人预约了。要减到更少，请先在“预约”里替他们取消。")


class NotOpen(Conflict):
    """The reservation was fetched, cancelled or has run out."""

    code = "shop.reservation_not_open"
    message = _l("这张预约单已经了结了（取走、取消或过期）。")


class PickupCodeWrong(Conflict):
    """No open reservation of this community has the code: mistyped, used, or run out."""

    code = "shop.pickup_code_wrong"
    message = _l("没有这个自提码：可能打错了，也可能已经取走或过期了。")


class PickupElsewhere(Conflict):
    """The code is another shop's."""

    code = "shop.pickup_elsewhere"
    message = _l("这张预约单要到“%(shop)s”去取。")


class DueTooFar(Invalid):
    """A reservation is kept for a day at least and for two weeks at most, or what the day says."""

    code = "shop.due_too_far"
    message = _l("最多留 14 天。")


class DayDisordered(Conflict):
    """Wishes close before the first slot begins, and make-up slots come after all the others."""

    code = "shop.day_disordered"
    message = _l("时间不对：先登记，登记截止以后才开始兑换；补兑要排在所有兑换时段之后。")


class DayOver(Conflict):
    """The exchange day was drawn, ended or called off."""

    code = "shop.day_over"
    message = _l("这个兑换日已经抽签、结束或取消了。")


class WishesClosed(Conflict):
    """Wishes are not taken yet or not any more, or this one was decided."""

    code = "shop.wishes_closed"
    message = _l("现在不在登记时间里，或者已经有结果了。")


class AlreadyWished(Conflict):
    """The household wished for this before: once is as good as often."""

    code = "shop.already_wished"
    message = _l("您家已经登记过这一样了，每户每样登记一次。")


class DrawTooEarly(Conflict):
    """Wishes are still taken."""

    code = "shop.draw_too_early"
    message = _l("登记还没有截止，不能抽签。")


class AlreadyDrawn(Conflict):
    """It was drawn, or called off."""

    code = "shop.already_drawn"
    message = _l("已经抽过签了。")


class LimitReached(Conflict):
    """More than the household may have of a product this month."""

    code = "shop.limit_reached"
    message = _l("超过本户本月限兑：每户每月 %(limit)s 件，还可兑 %(left)s 件。")


class UnitsLimitReached(Conflict):
    """More units than a person or household may have of something in a window."""

    code = "shop.units_limit_reached"
    message = _l("超过这家店的限兑：最多 %(limit)s 件，还可兑 %(left)s 件。")


class PointsLimitReached(Conflict):
    """More points than a person or household may spend on something in a window."""

    code = "shop.points_limit_reached"
    message = _l("超过这家店的限兑：最多用 %(limit)s 分，还可用 %(left)s 分。")


class BalanceTooLow(Conflict):
    """The member has fewer points than the community lets exchange from."""

    code = "shop.balance_too_low"
    message = _l("要攒够 %(minimum)s 分才能兑换，现有 %(balance_points)s 分。")


class PinRequired(Conflict):
    """A printed card pays or approves: the holder types the PIN."""

    code = "shop.pin_required"
    message = _l("用打印的卡一次超过 %(above)s 分，或一天合计太多的，请持卡人输入 PIN。")


class PinWrong(Conflict):
    """The PIN is not the member's."""

    code = "shop.pin_wrong"
    message = _l("PIN 不对。")


class PinUnset(Conflict):
    """The holder of the printed card never got a PIN."""

    code = "shop.pin_unset"
    message = _l("这张卡还没设 PIN，请用手机上的码，或找社区专干设一个。")


class ApproverPinRequired(Conflict):
    """A supervisor's printed card approves only with its PIN."""

    code = "shop.approver_pin_required"
    message = _l("用居民卡同意的，要监督员本人输入 PIN；没有 PIN 的，请用手机上的码。")


class ApproverTotpRequired(Conflict):
    """The second person set up a second step: the code is asked for what they approve, too."""

    code = "shop.approver_totp_required"
    message = _l("这位监督员开了二次验证，请本人再输入验证器上的 6 位数字。")


class ApproverTotpWrong(Conflict):
    """The second person's code is not the app's of now, or was used already."""

    code = "shop.approver_totp_wrong"
    message = _l("监督员的验证码不对，或已经用过。请等验证器换出新的 6 位数字再试。")


class OwnOrder(Conflict):
    """A keeper serves themself or their household (L15)."""

    code = "shop.own_order"
    message = _l("不能给自己或同户的人办兑换、退兑，请另一位店员来办。")


class RefundExceeds(Conflict):
    """More units given back than were handed out and not yet given back (L12)."""

    code = "shop.refund_exceeds"
    message = _l("退的数量超过了还没退的数量。")


class ApproverNotAllowed(Conflict):
    """The second person is no supervisor, or the keeper, the member or of their household (L15)."""

    code = "shop.approver_not_allowed"
    message = _l("须由另一位监督员批准：不能是店员、本人，也不能是他们的家人。")


class RequestWaiting(Conflict):
    """A request for this exchange waits for a supervisor already."""

    code = "shop.request_waiting"
    message = _l("这一单已经有一条申请在等监督员，请先等它有结果，或撤回。")


class RequestEnded(Conflict):
    """A supervisor decided it already, the keeper took it back, or nobody decided in time."""

    code = "shop.request_ended"
    message = _l("这条申请已经有结果了，或者过了时候。请刷新看看。")


class VoidTooLate(Conflict):
    """An exchange is undone whole within minutes; later goods come back one by one."""

    code = "shop.void_too_late"
    message = _l("只有刚办好 %(minutes)s 分钟内、还没退过的单子能整单撤销。请走“退兑”。")


class OwnPhoneNeeded(Conflict):
    """A supervisor agrees on their own phone, not at a till that many people use."""

    code = "shop.own_phone_needed"
    message = _l("请用您自己的手机或电脑登录来办，不能在收银台上。")


class ProxyExists(Conflict):
    """This person may collect for the member already."""

    code = "shop.proxy_exists"
    message = _l("这位已经是代领人了。")


class ProxyNotAllowed(Conflict):
    """Not named, or taken back; or the keeper or their household would be the proxy."""

    code = "shop.proxy_not_allowed"
    message = _l("这位不能代领：没有登记，已经撤回，或者就是店员和店员的家人。")


class ProxyMonthFull(Conflict):
    """The proxy collected for as many members as the community lets one do in a month."""

    code = "shop.proxy_month_full"
    message = _l("这位代领人这个月已经替 %(limit)s 位居民领过了，请换一位，或下个月再来。")


class DeliveryKnown(Conflict):
    """The exchange is on the list of deliveries already."""

    code = "shop.delivery_known"
    message = _l("这一单已经记过送货上门了。")


class DeliveryEnded(Conflict):
    """It was signed for, or brought back."""

    code = "shop.delivery_ended"
    message = _l("这一单已经签收，或已经带回来了。")


class NoDoor(Conflict):
    """Whoever has no household on the books cannot be brought anything."""

    code = "shop.no_door"
    message = _l("这位居民没有登记门牌，送不到。请先到社区登记门牌。")


class SecondPersonRequired(Conflict):
    """Good stock is written off, or a count corrected, by one person alone."""

    code = "shop.second_person_required"
    message = _l("报损还没过期的东西、更正数目，要监督员一起办。")


class WasteExceeds(Conflict):
    """More written off than the batch has."""

    code = "shop.waste_exceeds"
    message = _l("这批只有 %(on_hand)s 件。")


class ReasonRequired(Conflict):
    """The count differs from the books, and nobody says why."""

    code = "shop.reason_required"
    message = _l("数出来和账上不一样。请再数一遍；真不一样的，写上原因，请监督员一起更正。")
