"""Why a copy is not restored."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.i18n import lazy_gettext as _l


class NotACopy(Invalid):
    """The file is no copy of ours, or was changed."""

    code = "restore.not_a_copy"
    message = _l("这不是完整的副本文件：%(why)s")


class KeysMissing(Conflict):
    """The copy's phones and cards were sealed with keys that are not here."""

    code = "restore.keys_missing"
    message = _l("缺少副本需要的密钥：%(identities)s。请把原来的 secret.key 放回来再试。")


class WouldReplace(Conflict):
    """There is data in the database already."""

    code = "restore.would_replace"
    message = _l("数据库里已有数据。确定要换掉，请加 --replace；原来的会留在旁边。")


class BooksBroken(Conflict):
    """The copy's books do not verify; nothing was replaced."""

    code = "restore.books_broken"
    message = _l("副本的账本核对不上（%(checks)s），没有替换任何东西。")


class ServerRunning(Conflict):
    """A server works on the database, or a restore does: what it writes now would be lost."""

    code = "restore.server_running"
    message = _l("服务还在运行（或正在恢复）。请先停下服务，再恢复。")
