"""Gifts' codes as people read them."""

from __future__ import annotations

from typing import Final

from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l

BASES: Final[dict[str, LazyText]] = {
    "invoice": _l("按发票"),
    "market": _l("按市价"),
    "estimate": _l("估算"),
}
RECEIPTS: Final[dict[str, LazyText]] = {
    "acknowledgement": _l("社区接收凭证"),
    "charity": _l("慈善组织的捐赠票据"),
}
CONSENTS: Final[dict[str, LazyText]] = {
    "letter": _l("书面同意"),
    "in_person": _l("当面同意"),
    "phone": _l("电话同意"),
}
