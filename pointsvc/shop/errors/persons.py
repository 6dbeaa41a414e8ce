"""Who stands at the counter, who agrees, who collects."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.i18n import lazy_gettext as _l


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
