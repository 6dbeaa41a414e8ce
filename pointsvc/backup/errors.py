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


class CopyKeyNeeded(Conflict):
    """The copy is encrypted, and no copy key was given."""

    code = "restore.copy_key_needed"
    message = _l("这份副本是加密的：请用 --key 指出副本密钥的文件。")


class CopyKeyWrong(Conflict):
    """The copy was encrypted to another key."""

    code = "restore.copy_key_wrong"
    message = _l("这把副本密钥打不开它：密钥不对，或者文件的开头被改过。")


class CopyKeyBad(Invalid):
    """The file holds no copy key of the kind that is needed here."""

    code = "backup.copy_key_bad"
    message = _l("%(file)s 里没有要用的那一半副本密钥：加密用 .pub 的公钥，恢复用另一半。")


class CopyKeyExists(Conflict):
    """A key is never written over another: copies may need it."""

    code = "backup.copy_key_exists"
    message = _l("%(file)s（或它的 .pub）已经有了，不会覆盖：旧副本可能还要用它。")
