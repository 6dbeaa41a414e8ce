"""Refusals about people, cards and sign-in."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict, Forbidden, NotFound, Refusal, TooMany
from pointsvc.kernel.i18n import lazy_gettext as _l


class PhoneTaken(Conflict):
    """An active member of the community has this phone (H1)."""

    code = "members.phone_taken"
    message = _l("这个手机号已登记在本社区另一位居民名下。")


class AlreadyRegistered(Conflict):
    """A person without a phone of this name, birthday and door is there already."""

    code = "members.already_registered"
    message = _l("这位居民已经登记过了。")


class NotActive(Conflict):
    """The member left, was merged or erased."""

    code = "members.not_active"
    message = _l("这位居民已不在册。")


class GuardianMissing(Conflict):
    """Under 14, and no guardian's consent is recorded (PIPL art. 31)."""

    code = "members.guardian_missing"
    message = _l("未满十四周岁，须先登记监护人的同意，才能登录。")


class PhoneMissing(Conflict):
    """The member has no phone: card and PIN instead."""

    code = "members.phone_missing"
    message = _l("这位居民没有登记手机号，请用居民卡和 PIN 登录。")


class WayInRemade(Conflict):
    """Somebody else made the approver's slip, phone, PIN or card within 24 hours."""

    code = "members.way_in_remade"
    message = _l(
        "批准人的登录码、手机号、PIN 或居民卡刚由别人重办过，24 小时内不能批准。"
        "请明天再办，或请另一位监督员批准。"
    )


class SignInRefused(Refusal):
    """Phone and password, card and PIN, or phone and digits do not fit; it does not say which."""

    code = "sign_in.refused"
    status = 401
    message = _l("手机号或密码不对。第一次登录，请用社区打印的登录码。")


class CardRefused(SignInRefused):
    """The card is unknown or revoked, or the PIN is not its."""

    code = "sign_in.card_refused"
    message = _l("居民卡或 PIN 不对。")


class DigitsRefused(SignInRefused):
    """The phone and the eight digits do not fit, or the digits are used or too old."""

    code = "sign_in.digits_refused"
    message = _l("手机号或首次登录码不对，或登录码已用过、已过期。")


class TotpRequired(Refusal):
    """The password is right, and its owner set a second step: the code is asked too."""

    code = "members.totp_required"
    status = 401
    message = _l("请再输入验证器上的 6 位验证码。")


class TotpWrong(Refusal):
    """The code is not the app's of now, was used already, or is no unused recovery code."""

    code = "members.totp_wrong"
    status = 401
    message = _l("验证码不对，或已经用过。请等验证器换出新的 6 位数字再试。")


class SecondStepUnready(Conflict):
    """Nothing was begun that could be confirmed, or one is in use already."""

    code = "members.second_step_unready"
    message = _l("二次验证没有设成：设置已过期，或已经开着。请从头再来。")


class SecondStepDemanded(Conflict):
    """The community asks it of this role."""

    code = "members.second_step_demanded"
    message = _l("社区要求您的角色开二次验证，不能关。")


class OwnSecondStep(Forbidden):
    """Nobody takes their own away without knowing it: another clerk does, or the operator."""

    code = "members.own_second_step"
    message = _l("不能重置自己的二次验证，请另一位办事员或运营员来办。")


class PasswordWrong(Forbidden):
    """Whoever sits here signed in does not know the present password."""

    code = "sign_in.password_wrong"
    message = _l("现在的密码不对。")


class DeviceNeeded(Forbidden):
    """Card and PIN sign in at a community's own device only."""

    code = "sign_in.device_needed"
    message = _l("居民卡和 PIN 只能在社区的设备上登录。")


class TooManyFailures(TooMany):
    """Five failures of a phone, or fifty of an address, in fifteen minutes."""

    code = "sign_in.too_many"
    message = _l("失败次数太多，请 %(minutes)s 分钟后再试。")


class LinkSpent(NotFound):
    """The one-time address was used, is too old, or never was."""

    code = "sign_in.link_spent"
    message = _l("这个一次性地址已用过或已过期，请找发给您的人再要一个。")


class CardMissing(NotFound):
    """The member has no live card."""

    code = "cards.none"
    message = _l("这位居民没有在用的居民卡。")


class CardExists(Conflict):
    """The member has a live card: replace it instead."""

    code = "cards.exists"
    message = _l("这位居民已有一张在用的居民卡；如已遗失，请换卡。")


class TooManyLetters(TooMany):
    """So many letters to confirm an address were asked for today."""

    code = "members.too_many_letters"
    message = _l("今天已经要过 %(limit)s 封确认信了，请明天再试，或先看看垃圾邮件。")
