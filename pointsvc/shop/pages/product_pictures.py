"""A product's photograph: added by who looks after the shop, seen by everybody of the community."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from pointsvc.attachments.doors import answer_with, pictures_in
from pointsvc.attachments.queries import PictureFacts, get_picture
from pointsvc.attachments.service import attach, check_day, remove
from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.kernel import clock
from pointsvc.kernel.errors import NotFound, Refusal
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.shop.pages.desk import blueprint, check_open, my_stockrooms, shown_here, today
from pointsvc.shop.pictures import MOST, PART, PRODUCT
from pointsvc.shop.queries.catalogue import get_product


@blueprint.route("/products/pictures/<uuid:attachment_id>.jpg")
@requires("me.read")
def product_picture(attachment_id: UUID) -> ResponseReturnValue:
    """The JPEG that we wrote: goods are there for everybody to see."""
    return answer_with(current_community_id(), _of_goods(attachment_id))


@blueprint.route("/products/<uuid:product_id>/pictures", methods=["POST"])
@requires("shop.stock")
def add_picture(product_id: UUID) -> ResponseReturnValue:
    """Put a photograph beside a product."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    check_open(get_product(community_id, product_id).shop_id, my_stockrooms())
    on = today(now)
    try:
        check_day(community_id=community_id, member_id=actor_id, today=on)
        found = pictures_in("photo", most=MOST)

        def work() -> list[UUID]:
            made = attach(
                community_id=community_id,
                subject_kind=PRODUCT,
                subject_id=product_id,
                part=PART,
                most=MOST,
                pictures=found,
                added_by_id=actor_id,
                today=on,
                now=now,
            )
            _trace("shop.picture_added", product_id)
            return made

        added = transact(work) if found else []
    except Refusal as refusal:
        flash(shown_here(refusal).detail, "error")
    else:
        words = _("照片放上去了。") if added else _("没有选照片，什么也没有改。")
        flash(words, "success" if added else "info")
    return redirect(url_for("shop.product", product_id=product_id), 303)


@blueprint.route("/products/pictures/<uuid:attachment_id>/remove", methods=["POST"])
@requires("shop.stock")
def remove_product_picture(attachment_id: UUID) -> ResponseReturnValue:
    """Take it away for good."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    found = _of_goods(attachment_id)
    check_open(get_product(community_id, found.subject_id).shop_id, my_stockrooms())

    def work() -> None:
        if remove(
            community_id=community_id, attachment_id=attachment_id, removed_by_id=actor_id, now=now
        ):
            _trace("shop.picture_removed", found.subject_id)

    transact(work)
    flash(_("照片删掉了。"), "success")
    return redirect(url_for("shop.product", product_id=found.subject_id), 303)


def _of_goods(attachment_id: UUID) -> PictureFacts:
    found = get_picture(current_community_id(), attachment_id)
    if found.subject_kind != PRODUCT:
        raise NotFound
    return found


def _trace(action: str, product_id: UUID) -> None:
    note(
        community_id=current_community_id(),
        actor=Actor("member", current_actor_id()),
        action=action,
        subject_id=product_id,
        now=clock.now(),
    )
