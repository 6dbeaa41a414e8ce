"""What the states of adopted corners are called."""

from __future__ import annotations

from typing import Final

from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l

CORNER_WORDS: Final[dict[str, LazyText]] = {
    "offered": _l("等答复"),
    "active": _l("认养中"),
    "notice": _l("要终止"),
    "declined": _l("没有认养"),
    "ended": _l("已结束"),
}
CORNER_KINDS: Final = {
    "offered": "wait",
    "active": "good",
    "notice": "warn",
    "declined": "plain",
    "ended": "plain",
}
