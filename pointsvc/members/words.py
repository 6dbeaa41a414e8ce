"""What trainings and insurances are called."""

from __future__ import annotations

from typing import Final

from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l

TOPIC_WORDS: Final[dict[str, LazyText]] = {
    "mower": _l("割草机"),
    "ladder": _l("登梯"),
    "pesticide": _l("打药"),
    "night": _l("夜间"),
    "first_aid": _l("急救"),
}
ENDING_WORDS: Final[dict[str, LazyText]] = {
    "insurance": _l("意外险"),
    "mower": _l("割草机培训"),
    "ladder": _l("登梯培训"),
    "pesticide": _l("打药培训"),
    "night": _l("夜间培训"),
    "first_aid": _l("急救培训"),
}
