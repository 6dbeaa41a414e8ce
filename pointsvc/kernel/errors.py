"""Refusals: every way in which the house says no."""

from __future__ import annotations

from typing import Any, ClassVar

from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l


class Refusal(Exception):
    """A request that is not carried out, for a reason that the asker may know.

    `code` is stable and never translated; `status` is the HTTP status; `message` is Chinese source
    text, translated when it is shown, with `%(name)s` places filled from the keyword arguments.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    message: ClassVar[LazyText]

    def __init__(self, **context: Any) -> None:
        """Keep what the message and the problem document show (ids, codes, numbers; no names)."""
        super().__init__(getattr(self, "code", type(self).__name__))
        self.context = context

    @property
    def detail(self) -> str:
        """The message in the reader's language."""
        return str(self.message) % self.context if self.context else str(self.message)


class BadRequest(Refusal):
    """What cannot be read at all."""

    code = "bad_request"
    status = 400
    message = _l("请求读不懂，请刷新页面再试。")


class BadJson(BadRequest):
    """The body is no JSON (NaN and Infinity are none)."""

    code = "json.malformed"
    message = _l("请求不是有效的 JSON。")


class SignInRequired(Refusal):
    """Nobody is signed in, or the sign-in has ended."""

    code = "sign_in.required"
    status = 401
    message = _l("请先登录。")


class Forbidden(Refusal):
    """Signed in, in one's own community, without the permission."""

    code = "forbidden"
    status = 403
    message = _l("您的角色不能做这件事。如有需要，请找社区专干。")


class ForeignOrigin(Refusal):
    """A write that came with a cookie from another site's page."""

    code = "origin.foreign"
    status = 403
    message = _l("请求来自别的网站，已拒绝。")


class NotFound(Refusal):
    """Absent, or another community's: nobody can tell which."""

    code = "not_found"
    status = 404
    message = _l("没有找到。")


class Conflict(Refusal):
    """A refusal decided by a rule."""

    code = "conflict"
    status = 409
    message = _l("与现有记录冲突。")


class Invalid(Refusal):
    """Readable, but the values do not fit; `errors` maps fields to messages."""

    code = "invalid"
    status = 422
    message = _l("有些内容不符合要求，请看标出的地方。")

    def __init__(self, errors: dict[str, Any] | None = None, **context: Any) -> None:
        """Keep the messages of each field: `{"lines": {"0": {"quantity": ["…"]}}}`."""
        super().__init__(**context)
        self.errors = errors or {}


class TooMany(Refusal):
    """Too many failed tries."""

    code = "too_many"
    status = 429
    message = _l("尝试次数太多，请过一会儿再试。")


class Busy(Refusal):
    """The database did not let the work through in time; nothing was done."""

    code = "busy"
    status = 503
    message = _l("现在很忙，什么都没有改动，请再试一次。")


class ReadOnly(Busy):
    """The books are older than what was published; a person has to declare the gap first."""

    code = "read_only"
    message = _l(
        "账本比公示过的旧（恢复了较早的副本），现在只能看、不能改，什么都没有改动。"
        "等运营员说明缺了哪几天就恢复；扫过的码请留在手机里，到时会自己上传。"
    )
