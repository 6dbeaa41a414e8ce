"""What is said of each topic of the outbox."""

from __future__ import annotations

from typing import Final

from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l

WORDS: Final[dict[str, LazyText]] = {
    "shop.order_placed": _l(
        "兑换成功：用去 %(points)s 分，小票号 %(receipt_no)s，还有 %(balance_points)s 分。"
    ),
    "shop.order_refunded": _l(
        "退回 %(points)s 分，退货单号 %(receipt_no)s，现有 %(balance_points)s 分。"
    ),
    "shop.refund_approved": _l(
        "用您的码同意了一次退兑：小票 %(receipt_no)s，退回 %(points)s 分，原因写在“审批”里。"
        "要是您没有同意过，请马上告诉社区专干。"
    ),
    "shop.delivered_self": _l("小票 %(receipt_no)s 的东西送到了，您本人签收。"),
    "shop.delivered_family": _l("小票 %(receipt_no)s 的东西送到了，您的家人签收。"),
    "shop.delivered_neighbour": _l(
        "小票 %(receipt_no)s 的东西送到了，您的邻居签收。没拿到，请告诉店里。"
    ),
    "shop.proxy_collected": _l(
        "%(who)s替您领走了小票 %(receipt_no)s 的东西，用去 %(points)s 分。"
        "要是您没有托过，请到“代领人”里撤回，并马上告诉社区专干。"
    ),
    "shop.proxy_named": _l("%(who)s请您在积分超市代领。不方便的话，在“代领人”里点“不再代领”就行。"),
    "shop.proxy_named_for": _l(
        "社区照您说的，登记了%(who)s替您在积分超市代领。不对的话，请到“代领人”里撤回。"
    ),
    "shop.return_asked": _l("%(who)s想退小票 %(receipt_no)s，请您看看，同意或不同意都说一声。"),
    "shop.return_approved": _l("小票 %(receipt_no)s 的退兑，%(who)s同意了，积分已经退回。"),
    "shop.return_declined": _l("小票 %(receipt_no)s 的退兑，%(who)s没有同意，原因写在申请里。"),
    "shop.return_expired": _l(
        "小票 %(receipt_no)s 的退兑没有监督员答复，过了时候，什么都没有退。还要退，请再申请一次。"
    ),
    "shop.waste_asked": _l("%(who)s想报损 %(units)s 件，请您看看，同意或不同意都说一声。"),
    "shop.recount_asked": _l("%(who)s盘点和账上差 %(delta)s 件，请您看看，同意或不同意都说一声。"),
    "shop.correction_asked": _l("%(who)s想更正采购 %(number)s，请您看看，同意或不同意都说一声。"),
    "shop.stock_agreed": _l("您申请的报损、盘点或采购更正，%(who)s同意了，已经记账。"),
    "shop.stock_declined": _l("您申请的报损、盘点或采购更正，%(who)s没有同意，原因写在申请里。"),
    "shop.stock_expired": _l(
        "您申请的报损、盘点或采购更正没有监督员答复，过了时候，什么都没有改。还要改，请再申请一次。"
    ),
    "shop.waste_approved": _l(
        "用您的码同意了一次报损：%(units)s 件，东西和原因写在“审批”里。"
        "要是您没有同意过，请马上告诉社区专干。"
    ),
    "shop.count_approved": _l(
        "用您的码同意了一次盘点更正：%(delta)s 件，东西和原因写在“审批”里。"
        "要是您没有同意过，请马上告诉社区专干。"
    ),
    "shop.purpose_changed": _l(
        "有一批捐赠的东西（%(units)s 件）改了用途，捐赠人的同意记在“专项物资”里，请您看一眼。"
    ),
    "shop.cover_short": _l(
        "店里的东西和赞助撑不到 %(months)s 个月了。请看“积分和钱”：找赞助、补货，或者先少发积分。"
    ),
    "shop.goods_issued": _l(
        "社区把捐赠人指定用途的东西发给您了：%(units)s 件，发放单 %(number)s，不用积分。"
        "要是没有领过，请马上告诉社区专干。"
    ),
    "shop.goods_reserved": _l(
        "给您留好了：预约单 %(number)s，预留 %(points)s 分，%(until)s 前来取。自提码在“我的预约”里。"
    ),
    "shop.day_given": _l(
        "兑换日有您的：%(until)s 来取，叫号 %(queue_no)s 号，预留 %(points)s 分。自提码在“我的预约”里。"
    ),
    "shop.goods_picked_up": _l(
        "预约单 %(number)s 取走了：用去预留的 %(points)s 分，小票号 %(receipt_no)s。"
    ),
    "shop.reservation_cancelled": _l("预约单 %(number)s 取消了，%(points)s 分退回来了。"),
    "shop.reservation_expired": _l(
        "预约单 %(number)s 到时间没有来取，东西给了别人，%(points)s 分退回来了。"
    ),
    "shop.kept_goods_spoiled": _l(
        "预约单 %(number)s 里有东西过了保质期，不能给您了，%(points)s 分退回来了。对不起。"
    ),
    "shop.day_planned": _l("“%(title)s”开始登记了，%(until)s 截止：先登记，再抽签，抽到的一定有。"),
    "shop.day_waiting": _l(
        "“%(title)s”抽好了：您的签号 %(number)s 排在第 %(place)s 位，有人不来就轮到您，会再发消息。"
    ),
    "shop.day_passed": _l(
        "“%(title)s”轮到了您的签号 %(number)s，但积分不够或本月已兑满，给了下一位。"
    ),
    "shop.day_lost": _l("“%(title)s”结束了，这次没有轮到您；下次您家优先。"),
    "shop.day_cancelled": _l("“%(title)s”取消了，请看新的通知。"),
    "shop.count_waits": _l("盘点好了，两个人数的一致，等您登录后在“盘点”里定。"),
    "shop.count_sent_back": _l("监督员请你们把盘点重数一遍，打开“盘点”接着数。"),
    "shop.count_settled": _l("监督员同意了您的盘点，账面已经和货架对上。"),
    "shop.stock_arrived": _l("别的店调来 %(units)s 件东西，已记在店里的账上，请点一点。"),
    "shop.stock_removed": _l("有 %(units)s 件东西过期，已自动清到报损，请从货架上拿下来。"),
    "shop.stock_expiring": _l(
        "有 %(batches)s 批东西 %(days)s 天内到期，可以特价先兑，详情看“到期”。"
    ),
    "checkin.awarded": _l("“%(activity)s”记上了 %(points)s 分。"),
    "checkin.served": _l("“%(activity)s”记上了 %(points)s 分，服务 %(minutes)s 分钟。"),
    "checkin.awarded_cut": _l("“%(activity)s”记上了 %(points)s 分：已到上限，超出部分不计分。"),
    "checkin.capped": _l("“%(activity)s”记下了，积分已到上限，这次没有再记分。"),
    "checkin.below_minimum": _l(
        "“%(activity)s”服务了 %(minutes)s 分钟，不到计划的要求，这次没有记分。"
        "有疑问请找组长或社区专干。"
    ),
    "checkin.confirmed": _l("您在“%(activity)s”的签到确认了。走的时候请记得签退。"),
    "checkin.released": _l("您待核实的考勤核实了，%(points)s 分可以用了。"),
    "checkin.annulled": _l("您有一次考勤没有得到核实，没有记分。有疑问请找组长或社区专干。"),
    "checkin.corrected": _l(
        "“%(activity)s”的考勤更正了，原来记的 %(points)s 分收回了。有疑问请找社区专干。"
    ),
    "checkin.drop_corrected": _l(
        "“%(activity)s”有一次数量记错了，更正为 %(quantity)s 袋，"
        "原来记的 %(points)s 分收回了。有疑问请找社区专干。"
    ),
    "checkin.spot_check": _l(
        "%(at)s 的“%(activity)s”，您没有扫码，是别人替您点的名。要是不对，请点开说一声，或者告诉社区专干。"
    ),
    "checkin.cancelled": _l("您签到的场次取消了，没有记分。有疑问请找组长或社区专干。"),
    "checkin.backfill_requested": _l(
        "有人替您补录了 %(at)s 的“%(activity)s”。批准后满 %(hours)s 小时才计分。"
        "不是您做的、时间不对，请到“我的”→“补录”里说一声。"
    ),
    "checkin.backfill_approved": _l(
        "替您补录的“%(activity)s”（%(at)s）批准了，%(counts_at)s 计分。"
        "有不对的，请在那之前到“我的”→“补录”里说。"
    ),
    "checkin.backfill_counted": _l(
        "补录的“%(activity)s”（%(at)s）计入了：%(points)s 分，服务 %(minutes)s 分钟。"
    ),
    "checkin.backfill_ended": _l(
        "替您补录的“%(activity)s”（%(at)s）没有计入，没有记分。有疑问请找组长或社区专干。"
    ),
    "checkin.backfill_refused": _l(
        "您提的“%(activity)s”（%(at)s）补录没有计入，原因写在“补录”里。"
    ),
    "activities.shift_cancelled": _l("您报名的 %(at)s 的活动取消了，不用去了，下次再来。"),
    "activities.seat_free": _l("有一位居民注销了账户，%(at)s 的场次空出一个名额。"),
    "plots.care_erased": _l("有一位养护人注销了账户，%(place)s 缺人，请看看谁能接。"),
    "activities.wait_took": _l(
        "%(at)s 的活动有人退出，轮到您了，已经替您报上名。来不了也没关系，点“不去了”就让给下一位。"
    ),
    "activities.wait_offered": _l(
        "%(at)s 的活动空出一个名额。快开始了，不自动替您报名：想去请点“我报名”，先到先得。"
    ),
    "activities.wait_ended": _l("您候补的 %(at)s 的活动取消了，不用等了，下次再来。"),
    "activities.shift_ended": _l(
        "您报名的 %(at)s 的活动提前结束了。签到过的照样算；还没去的不用去了，下次再来。"
    ),
    "activities.coming": _l(
        "别忘了：%(at)s 在%(place)s“%(activity)s”。来不了也没关系，请在“活动”里点“不去了”。"
    ),
    "activities.gaps": _l("%(at)s %(place)s的“%(activity)s”还差 %(missing)s 人，请问问组里的人。"),
    "activities.gate_open": _l(
        "社区登记好了，您现在可以报名 %(at)s %(place)s 的“%(activity)s”了，这样的场次共 %(count)s 场。"
    ),
    "activities.uncovered": _l(
        "%(at)s %(place)s的“%(activity)s”有风险，您还没办好：%(why)s。办不好请先别去，名额给您留着。"
    ),
    "activities.uncovered_leader": _l(
        "%(at)s %(place)s的“%(activity)s”有风险，有一位报名的人还没办好，"
        "名字在场次的“报名的人”里。请先和本人、专干说好。"
    ),
    "activities.worked_uncovered": _l(
        "%(at)s %(place)s的“%(activity)s”有风险，您去了，可是培训或保险没有登记。"
        "照样记分；请把证号、保险号告诉社区专干。"
    ),
    "activities.worked_uncovered_leader": _l(
        "%(at)s %(place)s的“%(activity)s”有风险，有人没有登记培训或保险就干了活。"
        "记下的不变，名字在“值得一看”里；请专干补登记，下次先问清楚。"
    ),
    "members.pin_remade": _l("社区给您设了新的 PIN。要是您不知道这件事，请马上告诉监督员。"),
    "members.slip_remade": _l(
        "社区给您打印了新的登录码，用它能另设密码。要是您没有要过，请马上告诉监督员。"
    ),
    "members.totp_remade": _l(
        "社区重置了您的二次验证，登录只要密码了。要是您不知道这件事，请马上告诉监督员。"
    ),
    "members.phone_remade": _l("社区改了您登记的手机号。要是您不知道这件事，请马上告诉监督员。"),
    "members.merge_proposed": _l(
        "办事员说编号 %(gone_no)s 和 %(kept_no)s 的两个账户是一个人，想把 %(gone_no)s 并进 %(kept_no)s。"
        "不是这样的话，点“叫停”就不会合并。"
    ),
    "members.merge_agreed": _l(
        "编号 %(gone_no)s 的账户并进了您的账户（编号 %(kept_no)s），积分和时长都在这里。"
        "要是不对，请马上告诉监督员。"
    ),
    "members.merge_to_decide": _l("有一条合并账户的申请，请您看看，同意或不同意都说一声。"),
    "members.erasure_proposed": _l(
        "办事员说您想注销账户，替您提了申请，还要另一个人同意。不是您的意思，点“叫停”就不会办。"
    ),
    "members.erasure_agreed": _l(
        "替您提的注销申请同意了，满 %(days)s 天以后由社区当面核对证件再办。"
        "不是您的意思，点“叫停”就不会办。"
    ),
    "members.erasure_to_decide": _l("有一条替居民注销账户的申请，请您看看，同意或不同意都说一声。"),
    "members.erasure_taken_back": _l(
        "社区替您撤回了注销申请，账户照旧。要是您还想注销，请在“我的”里再申请，并告诉监督员。"
    ),
    "members.request_over": _l("有人申请改动您的账户，没有办，账户照旧。"),
    "members.request_approved": _l("您提的合并或注销申请，另一个人同意了。"),
    "members.request_declined": _l("您提的合并或注销申请没有得到同意，原因写在申请里。"),
    "members.request_stopped": _l(
        "您提的合并或注销申请，账户本人叫停了，什么都没有改。请当面问清楚。"
    ),
    "members.request_expired": _l(
        "您提的合并或注销申请没有人答复，过了时候，什么都没有改。还要办，请再申请一次。"
    ),
    "plots.asked": _l(
        "社区请您养护%(place)s。愿意不愿意，请到“我的责任田”里答一声；不愿意不扣分。"
    ),
    "plots.care_accepted": _l("%(who)s愿意养护%(place)s。"),
    "plots.care_declined": _l("%(who)s这次不能养护%(place)s，可以请别人。"),
    "plots.care_other": _l("%(who)s想换个时间养护%(place)s，他的话写在“谁来养护”里。"),
    "plots.care_ended": _l("%(place)s的养护有一位不做了；不扣分，也不影响别的。"),
    "plots.asked_anew": _l(
        "照您说的换了日子：请您从 %(day)s 起养护%(place)s。愿意不愿意，请到“我的责任田”里答一声。"
    ),
    "plots.care_spoken": _l(
        "组长记下了：您当面答应养护%(place)s。要是没有这回事，请到“我的责任田”里点“我没答应”，不影响什么。"
    ),
    "plots.care_undone": _l("您记下的“当面答应”，本人说没有：%(place)s的养护没有算上他。"),
    "plots.term_ends": _l("%(place)s的养护到 %(day)s 期满。愿意接着做，组长会再问一声。"),
    "plots.term_over": _l("%(place)s的养护期满了，谢谢您。要交的东西列在“我的责任田”里。"),
    "plots.renewal_asked": _l(
        "社区请您接着养护%(place)s，到 %(day)s。愿意不愿意，请到“我的责任田”里答一声；不愿意不扣分。"
    ),
    "plots.renewal_accepted": _l("%(who)s愿意接着养护%(place)s。"),
    "plots.renewal_declined": _l("%(who)s期满后不接着养护%(place)s，可以请别人。"),
    "plots.handover": _l("%(place)s的东西请您接一下，清单在“我的责任田”里，接到一样勾一样。"),
    "plots.corner_offered": _l(
        "社区请您认养%(place)s的“%(corner)s”。先看看约定，愿意不愿意请到“我认养的角”里答一声。"
    ),
    "plots.corner_accepted": _l("%(place)s的“%(corner)s”有人认养了，请打印协议，双方签字。"),
    "plots.corner_declined": _l("您请的人这次不认养%(place)s的“%(corner)s”，可以请别人。"),
    "plots.corner_notice": _l(
        "%(place)s的“%(corner)s”认养要终止，最后一天是 %(day)s，之后交还。原因写在认养里。"
    ),
    "plots.corner_taken_back": _l("%(place)s的“%(corner)s”认养收回了，不用答复。"),
    "plots.corner_term_ends": _l(
        "%(place)s的“%(corner)s”认养到 %(day)s 期满。要接着做，请再签一份。"
    ),
    "plots.corner_ended": _l("%(place)s的“%(corner)s”认养结束了，绿地交还所有人。谢谢照看。"),
    "plots.care_left": _l(
        "您已不在负责%(place)s的党小组，养护%(place)s的事到此为止，不扣分，谢谢您。报了名的照样可以去。"
    ),
    "plots.care_left_gap": _l(
        "%(who)s已不在负责%(place)s的党小组，这块田少了一位养护人，请另外请人。"
    ),
    "plots.care_taken_back": _l("请您养护%(place)s的事收回了，不用答复；不扣分，也不影响别的。"),
    "plots.defect_found": _l("%(place)s有人报修（第 %(number)s 号），请到“今天的活”里看看。"),
    "plots.defect_seen": _l("您报的第 %(number)s 号（%(place)s），社区看到了。"),
    "plots.defect_passed_on": _l("您报的第 %(number)s 号（%(place)s）转给了%(passed_to)s。"),
    "plots.defect_again": _l("%(place)s报修第 %(number)s 号说是修好了，看到的人说还没修好。"),
    "plots.defect_mended": _l("您报的第 %(number)s 号（%(place)s）修好了，谢谢您。"),
    "plots.defect_not_ours": _l(
        "您报的第 %(number)s 号（%(place)s）不归社区管，原因和可以找谁写在“我报的”里。"
    ),
    "plots.inspection_asked": _l(
        "请您验收%(place)s（%(month)s）。方便的话去看一看、打个分；不方便就说一声，不扣分。"
    ),
    "plots.inspection_withdrawn": _l("请您验收%(place)s的事另请了别人，不用去了，谢谢您。"),
    "plots.inspection_done": _l("%(place)s %(month)s 的验收是 %(score)s 分，各项写在“验收”里。"),
    "plots.bonus_paid": _l("%(place)s %(month)s 验收合格，您那个月去过，记上了 %(points)s 分。"),
    "plots.bonus_taken_back": _l(
        "%(place)s %(month)s 的验收结果收回了，原来记的 %(points)s 分冲正退回。有疑问请找社区专干。"
    ),
    "plots.gap_raised": _l("%(place)s从 %(since)s 起没有人去过，请排人或去看一看。"),
    "plots.signed_up": _l("组长替您报了 %(at)s 的活动。来不了也没关系，在“活动”里点“不去了”就行。"),
    "plots.roster_asked": _l(
        "排班表出来了，%(place)s有 %(count)s 次想请您。愿意不愿意，请到“我的田”里答一声；不愿意不扣分。"
    ),
    "plots.roster_confirmed": _l("%(who)s愿意 %(day)s 来%(place)s。"),
    "plots.roster_declined": _l("%(who)s %(day)s 来不了%(place)s，那一次还缺人。"),
    "plots.roster_spoken_confirmed": _l(
        "组长记下：您当面答应 %(day)s 去%(place)s。不是这样，或者来不了，在“我的田”里点一下就行，不扣分。"
    ),
    "plots.roster_spoken_declined": _l(
        "组长记下：%(day)s 您不去%(place)s，不扣分。不是这样的话，请跟组长说一声。"
    ),
    "plots.roster_moved": _l(
        "请您去%(place)s的那一次改到了 %(at)s。愿意不愿意，请到“我的田”里再看看、答一声；不愿意不扣分。"
    ),
    "plots.roster_withdrawn": _l("请您 %(day)s 去%(place)s的事收回了，不用答复；不扣分。"),
    "plots.substitute_wanted": _l("%(at)s 在%(place)s，%(who)s来不了，正在找人替。"),
    "plots.substitute_asked": _l(
        "%(at)s 在%(place)s缺一个人，能去的请到“我的田”里点“我去”。去不了也没关系。"
    ),
    "plots.substitute_found": _l(
        "%(at)s %(place)s 那一次，%(who)s替您去了，到“我的田”里谢一声吧。"
    ),
    "plots.substitute_goes": _l("%(at)s 在%(place)s，%(who)s去替班。"),
    "plots.substitute_vetoed": _l(
        "%(at)s 在%(place)s，组长另有安排，这次不用您去了，谢谢您的好意。原因写在“我的田”里。"
    ),
    "plots.substitute_sought": _l(
        "%(at)s 在%(place)s，组长另有安排，说好替您的那位不去了，还在找人。您不用管，也不算缺席。"
    ),
    "plots.thanked": _l("%(at)s 在%(place)s 您去替了班，%(who)s谢谢您！"),
}
