"""The blueprint, and what every page of the office needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from pointsvc.audit.actors import Actor
from pointsvc.kernel.errors import Conflict, Invalid, NotFound
from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l
from pointsvc.kernel.permission import current_actor_id
from pointsvc.kernel.transaction import transact

blueprint = Blueprint("organisation", __name__, url_prefix="/organisation")

KIND_NAMES: Final[dict[str, LazyText]] = {
    "plot": _l("责任田"),
    "station": _l("投放点"),
    "shop": _l("积分超市"),
    "hall": _l("活动室"),
}
DEVICE_NAMES: Final[dict[str, LazyText]] = {
    "scanner": _l("扫码枪"),
    "kiosk": _l("展码屏"),
    "till": _l("收银台"),
}


def clerk() -> Actor:
    """Who sits at the desk."""
    return Actor("member", current_actor_id())


def done(
    endpoint: str, work: Callable[[], object], words: str, **values: Any
) -> ResponseReturnValue:
    """Do the deed and go back to a page with words of success, or of the refusal."""
    try:
        transact(work)
    except (Conflict, Invalid) as refusal:
        flash(_told(refusal), "error")
    else:
        flash(words, "success")
    return redirect(url_for(endpoint, **values), 303)


def id_in(form_value: str | None) -> UUID:
    """An id in a form. Raises NotFound for what is none."""
    try:
        return UUID(form_value or "")
    except ValueError as error:
        raise NotFound from error


def _told(refusal: Conflict | Invalid) -> str:
    if isinstance(refusal, Invalid) and refusal.errors:
        return "；".join(str(text) for texts in refusal.errors.values() for text in texts)
    return refusal.detail
