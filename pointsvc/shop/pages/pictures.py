"""Photographs of gifts and of invoices: kept, looked at, a gift's taken away; this room says who may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from pointsvc.attachments.doors import answer_with, pictures_in
from pointsvc.attachments.encoding import Picture
from pointsvc.attachments.errors import PicturesFull, PicturesOfDayUsed
from pointsvc.attachments.queries import PictureFacts, get_picture
from pointsvc.attachments.service import attach, check_day, remove
from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.shop.pages.desk import blueprint, today

DONATION: Final = "donation"
PURCHASE: Final = "purchase"
PICTURES_MAX: Final = 4


def read_pictures(*, most: int = PICTURES_MAX) -> list[Picture]:
    """The form's photographs, written anew; before any transaction.

    Raises:
        What `pictures_in` raises; PicturesOfDayUsed.
    """
    pictures = pictures_in("photo", most=most)
    if pictures:
        check_day(
            community_id=current_community_id(),
            member_id=current_actor_id(),
            today=today(clock.now()),
        )
    return pictures


def keep_pictures(kind: str, subject_id: UUID, pictures: Sequence[Picture], now: datetime) -> None:
    """Keep them with their gift or invoice, which is recorded already: too many is only said."""
    if not pictures:
        return
    community_id, actor_id, on = current_community_id(), current_actor_id(), today(now)
    try:
        transact(
            lambda: attach(
                community_id=community_id,
                subject_kind=kind,
                subject_id=subject_id,
                part="photo",
                most=PICTURES_MAX,
                pictures=pictures,
                added_by_id=actor_id,
                today=on,
                now=now,
            )
        )
    except (PicturesFull, PicturesOfDayUsed) as refusal:
        flash(refusal.detail, "warning")


@blueprint.route("/pictures/<uuid:attachment_id>.jpg")
@requires("shop.inspect")
def picture(attachment_id: UUID) -> ResponseReturnValue:
    """The JPEG that we wrote; another room's photograph is not there."""
    return answer_with(current_community_id(), _ours(attachment_id))


@blueprint.route("/pictures/<uuid:attachment_id>/remove", methods=["POST"])
@requires("shop.inspect")
def remove_picture(attachment_id: UUID) -> ResponseReturnValue:
    """Take a gift's away for good: who added it, or the clerk. Invoices have a way of their own."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    found = _ours(attachment_id)
    if found.subject_kind != DONATION:
        raise NotFound
    if actor_id != found.added_by_id and "clerk" not in current_caller().roles:
        raise Forbidden

    def work() -> None:
        whose = {"community_id": community_id, "attachment_id": found.id}
        if remove(**whose, removed_by_id=actor_id, now=now):
            note(
                community_id=community_id,
                actor=Actor("member", actor_id),
                action="shop.picture_removed",
                subject_id=found.subject_id,
                now=now,
            )

    transact(work)
    flash(_("照片删掉了。"), "success")
    return redirect(url_for("shop.donation", donation_id=found.subject_id), 303)


def _ours(attachment_id: UUID) -> PictureFacts:
    found = get_picture(current_community_id(), attachment_id)
    if found.subject_kind not in {DONATION, PURCHASE}:
        raise NotFound
    return found
