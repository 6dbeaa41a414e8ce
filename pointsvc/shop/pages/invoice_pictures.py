"""Photographs of invoices are evidence, kept as long as the books: a better one stands beside the first.

Whoever enters an invoice takes none away. A clerk or a supervisor who did not add it may take one down,
with a reason in the trail, as where it shows somebody's papers by mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.attachments.encoding import Picture
from pointsvc.attachments.errors import PictureUnreadable
from pointsvc.attachments.queries import get_picture
from pointsvc.attachments.service import attach, remove
from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, NotFound, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.shop.counter import Desk, decide_once
from pointsvc.shop.forms.corrections import AgainForm, PictureReasonForm
from pointsvc.shop.pages.desk import blueprint, check_open, desk_with, my_stockrooms, shown_here
from pointsvc.shop.pages.pictures import PICTURES_MAX, PURCHASE, read_pictures
from pointsvc.shop.queries.money import get_purchase

AGAIN: Final = "again"


@blueprint.route("/purchases/<uuid:purchase_id>/pictures", methods=["POST"])
@requires("shop.stock")
def photograph_again(purchase_id: UUID) -> ResponseReturnValue:
    """Put a better photograph beside the first, and say why; once for the key of the page."""
    now = clock.now()
    purchase = get_purchase(current_community_id(), purchase_id)
    check_open(purchase.shop_id, my_stockrooms())
    try:
        values = parse_form(AgainForm, request.form)
        found = read_pictures(most=1)
        if not found:
            raise PictureUnreadable
        _add(desk_with(values["key"], now), purchase_id, found, values["reason"])
    except Refusal as refusal:
        flash(shown_here(refusal).detail, "error")
    else:
        flash(_("补拍的照片放上去了，原来的还在。"), "success")
    return redirect(url_for("shop.purchase", purchase_id=purchase_id), 303)


def _add(desk: Desk, purchase_id: UUID, found: Sequence[Picture], reason: str) -> None:
    body = {
        "purchase_id": purchase_id,
        "pictures": [each.sha256.hex() for each in found],
        "reason": reason,
    }

    def work() -> dict[str, Any]:
        added = attach(
            community_id=desk.community_id,
            subject_kind=PURCHASE,
            subject_id=purchase_id,
            part=AGAIN,
            most=PICTURES_MAX,
            pictures=found,
            added_by_id=desk.keeper_id,
            today=desk.today,
            now=desk.now,
        )
        _trace("shop.invoice_photographed", purchase_id, reason)
        return {"pictures": len(added)}

    decide_once(desk, body, work, deed="picture")


@blueprint.route("/purchases/pictures/<uuid:attachment_id>/remove", methods=["POST"])
@requires("shop.review")
def remove_invoice_picture(attachment_id: UUID) -> ResponseReturnValue:
    """Take one down: the picture is gone, who added it, who took it down and why stay."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    found = get_picture(community_id, attachment_id)
    if found.subject_kind != PURCHASE:
        raise NotFound
    if not may_take_down() or actor_id == found.added_by_id:
        raise Forbidden

    def work() -> None:
        whose = {"community_id": community_id, "attachment_id": found.id}
        if remove(**whose, removed_by_id=actor_id, now=now):
            _trace("shop.invoice_picture_removed", found.subject_id, reason)

    try:
        reason = parse_form(PictureReasonForm, request.form)["reason"]
        transact(work)
    except Refusal as refusal:
        flash(shown_here(refusal).detail, "error")
    else:
        flash(_("照片撤下来了，原因记在留痕里。"), "success")
    return redirect(url_for("shop.purchase", purchase_id=found.subject_id), 303)


def may_take_down() -> bool:
    """Whether the reader may take others' photographs of invoices down."""
    return bool({"clerk", "supervisor"} & current_caller().roles)


def _trace(action: str, purchase_id: UUID, reason: str) -> None:
    note(
        community_id=current_community_id(),
        actor=Actor("member", current_actor_id()),
        action=action,
        subject_id=purchase_id,
        now=clock.now(),
        detail={"note": reason},
    )
