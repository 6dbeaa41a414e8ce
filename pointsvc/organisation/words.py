"""What each role is called: one word, on pages, in the trail, at the terminal."""

from __future__ import annotations

from typing import Final

from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l

ROLE_NAMES: Final[dict[str, LazyText]] = {
    "volunteer": _l("志愿者"),
    "leader": _l("党小组长"),
    "attendant": _l("投放点管理员"),
    "keeper": _l("超市店长"),
    "clerk": _l("社区专干"),
    "supervisor": _l("监督员"),
    "auditor": _l("审计员"),
    "operator": _l("运营员"),
}
