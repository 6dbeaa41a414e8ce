"""Refusals about codes, scans and attendance. A decided scan is no refusal but a verdict."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict, Refusal
from pointsvc.kernel.i18n import lazy_gettext as _l


class ScanIdReused(Conflict):
    """The scan id came before with another body, or from somebody else."""

    code = "scan.id_reused"
    message = _l("这个扫码编号已用于另一次扫码。")


class CodeMalformed(Conflict):
    """What was scanned or typed is no code of ours."""

    code = "code.malformed"
    message = _l("这个码读不懂。请重新扫，或者输入卡上的编号。")


class CodeForged(Conflict):
    """The seal does not hold, or nobody ever got this code."""

    code = "code.forged"
    message = _l("这个码不是本系统发的。")


class CodeExpired(Conflict):
    """A changing code of a while ago."""

    code = "code.expired"
    message = _l("这个码已过期。请刷新屏幕上的码再扫。")


class CodeRevoked(Conflict):
    """A card that was given back or lost; it never works again."""

    code = "code.revoked"
    message = _l("这张卡已作废。请到社区换卡。")


class CodeForeign(Conflict):
    """Another community's code."""

    code = "code.foreign"
    message = _l("这是别的社区的码。")


class CodeWrongKind(Conflict):
    """A place's or a shift's code where a person's is needed."""

    code = "code.wrong_kind"
    message = _l("这不是居民的码。")


class CodeSpent(Conflict):
    """A changing code that paid or approved once already."""

    code = "code.spent"
    message = _l("这个码已用过。请等它换成新的再试。")


class DecidedBefore(Conflict):
    """The scan or correction was decided by somebody already."""

    code = "checkin.decided"
    message = _l("这一条已经处理过了。")


class NothingToDecide(Conflict):
    """There is nothing behind it that could be credited."""

    code = "checkin.nothing_to_release"
    message = _l("这一条没有可以计入的考勤，只能作废；如属实，请用点名补签。")


class OwnHousehold(Conflict):
    """Nobody decides on their own attendance, their household's, or what they scanned themself."""

    code = "checkin.own_household"
    message = _l("不能处理自己、家人或自己扫的记录，请另一位负责人处理。")


class NotWitness(Conflict):
    """Who vouches was there themself, firmly counted, for half of the time (`rules.may_vouch`)."""

    code = "checkin.not_witness"
    message = _l(
        "要自己在这一场也签了到（组长扫的、现场的码，或者组长确认过），和对方一起在场的时间有一半以上，才能作证。"
    )


class VouchedEnough(Conflict):
    """A person vouches for a few others in a shift; the rest is for the leader."""

    code = "checkin.vouched_enough"
    message = _l("一场里一个人最多给 %(count)s 个人作证，其余的请组长确认。")


class StillElsewhere(Conflict):
    """The person is checked in at another shift."""

    code = "checkin.still_elsewhere"
    message = _l("这位居民还在另一个场次，请先签退。")


class TimesOverlap(Conflict):
    """The person was at another shift at the same time, and that one counts."""

    code = "checkin.times_overlap"
    message = _l("同一时间已在另一个场次计过，不能再计。请先更正那一条，或作废这一条。")


class DayFull(Conflict):
    """More service in a day than one person's day can count."""

    code = "checkin.day_full"
    message = _l("这一天的服务时间超过 %(hours)s 小时，不能计入。如时间记错，请申请更正。")


class CorrectionPending(Conflict):
    """A correction of this attendance already waits."""

    code = "checkin.correction_pending"
    message = _l("这条考勤已有一个更正等着审批。")


class DropWaiting(Conflict):
    """A held drop is decided as it is; only what counts can be corrected."""

    code = "checkin.drop_waiting"
    message = _l("这一次投放还在待核实，请先核实或作废。")


class SecondPersonNeeded(Conflict):
    """Who asked for a correction may not approve it."""

    code = "checkin.second_person"
    message = _l("更正须由另一个人审批。")


class BackfillIdReused(Conflict):
    """The backfill's id came before with other facts, or from somebody else."""

    code = "backfill.id_reused"
    message = _l("这一条补录已用别的内容提交过。请重新填一条。")


class BackfillQuotaUsed(Conflict):
    """The asker's share of this month is used up (docs/checkin.md §1.5)."""

    code = "backfill.quota_used"
    message = _l("您这个月的补录名额（%(quota)s 条）用完了。请下月再提，或请别的负责人提。")


class BackfillTooLate(Conflict):
    """The work lies further back than the community lets it be counted afterwards."""

    code = "backfill.too_late"
    message = _l("事情过去太久：补录要在事后 %(days)s 天内提出。")


class BackfillTooEarly(Conflict):
    """The shift still runs: whoever is there is scanned or ticked."""

    code = "backfill.too_early"
    message = _l("这一场还没有结束，请扫码或者点名，不用补录。")


class BackfillNotService(Conflict):
    """Only work that counts as service by the hour or the visit is counted afterwards."""

    code = "backfill.not_service"
    message = _l("这一类活动不能补录：只有签到、计服务时长的活动可以。")


class BackfillAlready(Conflict):
    """The person has an attendance or a backfill that waits, at that time or in that shift."""

    code = "backfill.already"
    message = _l("这个人在这段时间已有一条考勤或补录，请先处理那一条。")


class BackfillTooNear(Conflict):
    """Who agrees is of another group and of nobody's household (docs/checkin.md §1.5)."""

    code = "backfill.too_near"
    message = _l("补录要由别的党小组的人批准，不能是提的人、本人、见证人，也不能是他们的家人。")


class BackfillWaits(Conflict):
    """It is let count by its delay, and stopped on its own page; nothing else changes it."""

    code = "backfill.waits"
    message = _l("补录批准后要等满公示期才计分。要停下，请到“补录”里停。")


class PhotoMissing(Refusal):
    """No picture came with the request."""

    code = "photo.missing"
    status = 422
    message = _l("没有收到照片，请再拍一次。")


class PhotoTooLarge(Refusal):
    """More bytes or pixels than a phone's photo has."""

    code = "photo.too_large"
    status = 413
    message = _l("照片太大。请调低相机的分辨率再拍，或者输入编号。")


class PhotoUnreadable(Refusal):
    """No picture, or one of a kind that is not opened here."""

    code = "photo.unreadable"
    status = 422
    message = _l("打不开这张照片，请用 JPEG 或 PNG，或者输入编号。")
