"""Refusals about plots."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict, TooMany
from pointsvc.kernel.i18n import lazy_gettext as _l


class NotOfGroup(Conflict):
    """Leaders ask people of the group that tends the plot, nobody else."""

    code = "plots.not_of_group"
    message = _l("这位居民不在负责这块田的党小组里，请专干先把他加进组。")


class AlreadyAsked(Conflict):
    """A question to the same person about the same plot is open, or they care for it."""

    code = "plots.already_asked"
    message = _l("已经请过这位居民，或者他已经在养护这块田。")


class AlreadyAnswered(Conflict):
    """The question was answered or taken back."""

    code = "plots.already_answered"
    message = _l("这件事已经答复过，或者已经收回。请刷新页面看最新情况。")


class PlanEnded(Conflict):
    """The plan ends before the day from which it should change."""

    code = "plots.plan_ended"
    message = _l("这条养护安排在那天之前已经结束。")


class CalendarBusy(Conflict):
    """One run of calendars is made at a time."""

    code = "plots.calendar_busy"
    message = _l("正在排另一批日程，请等它办完，或先让它停下。")


class RunDecided(Conflict):
    """The run is not where this could be said of it."""

    code = "plots.run_decided"
    message = _l("这一批不在这一步上了。请刷新页面看最新情况。")


class DutyPassed(Conflict):
    """The day of the duty has begun or passed."""

    code = "plots.duty_passed"
    message = _l("这一天已经到了或过去了，不能再改。")


class DutyJoined(Conflict):
    """Somebody means to come: they are asked first, by calling the shift off as any other."""

    code = "plots.duty_joined"
    message = _l("已有人报名，不能悄悄改时间。请先和他们说好，或在场次里取消。")


class CornerTaken(Conflict):
    """A corner is lent to one resident at a time."""

    code = "plots.corner_taken"
    message = _l("这一角已经有人认养，或者正在等人答复。请换一角，或先收回那一份。")


class NotRenewable(Conflict):
    """Only who cares for the plot is asked to go on, and for longer than until now."""

    code = "plots.not_renewable"
    message = _l("只有正在养护的人才能请他接着做，而且新的期满要比现在晚。")


class HandoverClosed(Conflict):
    """A hand-over that is done is not ticked any more."""

    code = "plots.handover_closed"
    message = _l("这次交接已经办完了，不用再勾。")


class DutyOverlaps(Conflict):
    """The person means to be elsewhere at that time."""

    code = "plots.duty_overlaps"
    message = _l("%(day)s 那一次：这时候已经有别的安排，去不了两处。")


class AbsentThen(Conflict):
    """The person said that they cannot come to something at that time."""

    code = "plots.absent_then"
    message = _l("%(day)s 那一次：您说过那个时候来不了。要是又能去了，请先点“我又能去了”。")


class WeekFull(Conflict):
    """More hours in a week than the person wishes, or the community asks of anybody."""

    code = "plots.week_full"
    message = _l("%(day)s 那一次：这一周的时间已经到上限了，请换一个人。")


class DutyStaffed(Conflict):
    """Enough people come or were asked."""

    code = "plots.duty_staffed"
    message = _l("%(day)s 那一次：人已经够了，不用再请。")


class SeatTwice(Conflict):
    """One person was chosen for two seats of the same duty."""

    code = "plots.seat_twice"
    message = _l("%(day)s 那一次：同一个人选了两回，请把其中一位换掉，或者先空着。")


class AlreadyTaken(Conflict):
    """Somebody else was quicker, or the question was closed."""

    code = "plots.already_taken"
    message = _l("已经有人接了，或者不用替了。谢谢您愿意来。")


class VetoOver(Conflict):
    """The time in which a leader may say no has passed."""

    code = "plots.veto_over"
    message = _l("已经过了可以不同意的时间，或者已经定了。有事请直接和他说。")


class ReportClosed(Conflict):
    """The shift has not begun, was called off, or is too long ago; or a report is two days old."""

    code = "plots.report_closed"
    message = _l("这一场现在不能写或改养护记录：还没开始、已取消，或者过了能写能改的日子。")


class ReportChanged(Conflict):
    """Somebody else wrote meanwhile: their words are not written over unseen."""

    code = "plots.report_changed"
    message = _l("别人刚写过这一场的养护记录。请看最新的内容，再补上您的。")


class DefectMoved(Conflict):
    """The defect has gone on meanwhile, or has ended."""

    code = "plots.defect_moved"
    message = _l("这件报修已经到了下一步。请刷新页面看最新情况。")


class DefectsOfDayUsed(TooMany):
    """One member reports so many defects a day."""

    code = "plots.defects_of_day_used"
    message = _l("您今天报的已经很多了，请明天再报；急的事请直接打电话给社区。")


class TooNear(Conflict):
    """An inspector is of another group, none of the plot's people, of nobody's household among them."""

    code = "plots.inspector_too_near"
    message = _l("验收人须是别的党小组的，也不能是这块田的人或他们的家人。")


class VisitClosed(Conflict):
    """The visit was done, declined, taken back, or the month has its result."""

    code = "plots.visit_closed"
    message = _l("这次验收已经有了结果，或者已经收回。请刷新页面看最新情况。")


class ObjectionLate(Conflict):
    """Only of a first visit, once, within the community's days."""

    code = "plots.objection_late"
    message = _l("过了能提异议的日子，或者已经提过、已经复验过。")


class InspectionFormDayTaken(Conflict):
    """A version of the form begins on that day."""

    code = "plots.form_day_taken"
    message = _l("那一天已经有一版验收表开始用了，请换一天。")
