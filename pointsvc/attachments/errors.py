"""Refusals about photographs."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict, Invalid, Refusal, TooMany
from pointsvc.kernel.i18n import lazy_gettext as _l


class PictureTooLarge(Refusal):
    """More bytes or pixels than a phone's photograph has."""

    code = "attachments.too_large"
    status = 413
    message = _l("照片太大：一张不超过 16 MB、5000 万像素。请调低相机的分辨率再拍。")


class PictureUnreadable(Invalid):
    """No picture, or one of a kind that is not opened here."""

    code = "attachments.unreadable"
    message = _l("打不开这张照片，请用 JPEG、PNG 或 WebP。")


class PicturesFull(Conflict):
    """The subject holds as many as it may; one can be taken away first."""

    code = "attachments.full"
    message = _l("这里最多放 %(most)s 张照片，请先删掉一张。")


class PicturesOfDayUsed(TooMany):
    """One member adds no more than so many on one day."""

    code = "attachments.day_used"
    message = _l("您今天已经传了 %(most)s 张照片，请明天再传。别的内容都可以照常保存。")
