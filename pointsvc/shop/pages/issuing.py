"""Handing out goods with a purpose: how many, to whom; then asked once whether that is what was meant.

The question names the purpose and who gets it, and is answered by a key, or by scanning the same person
again. Ordinary goods are exchanged at the counter and ask nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.checkin.guesses import read_watched_code
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.vault import mask_name
from pointsvc.members.queries import MemberFacts, get_member
from pointsvc.shop import giving
from pointsvc.shop.forms.gifts import IssueForm
from pointsvc.shop.numbered import find_watched
from pointsvc.shop.pages.batches import my_batch
from pointsvc.shop.pages.desk import (
    blueprint,
    desk_with,
    faults_of,
    new_key,
    shown_here,
    today,
)
from pointsvc.shop.queries.origins import origins_of
from pointsvc.shop.queries.stock import BatchRow
from pointsvc.shop.restrictions import decide_issue
from pointsvc.shop.rules import BatchFacts
from pointsvc.shop.service.issues import Recipient
from pointsvc.shop.tickets import Ticket, open_ticket, seal_ticket


@dataclass(frozen=True, slots=True)
class _To:
    """Who gets it: a member, by their card or code (`ticket`) or by number; or people without names."""

    recipient: Recipient
    member: MemberFacts | None = None
    ticket: Ticket | None = None


@blueprint.route("/batches/<uuid:batch_id>/issue", methods=["GET", "POST"])
@requires("shop.stock")
def issue(batch_id: UUID) -> ResponseReturnValue:
    """Hand units of a restricted batch out, once it was asked whether they go where they are meant to."""
    batch, now = my_batch(batch_id), clock.now()
    if request.method == "GET" or "edit" in request.form:
        return _form(batch, request.form.to_dict(), None)
    try:
        values = parse_form(IssueForm, request.form)
        to = _to(values, now)
        if not _is_sure(values, to, now):
            decide_issue(_facts(batch), values["quantity"], today(now))
            return _question(batch, values, to, now)
        result = giving.issue(
            desk_with(values["key"], now),
            batch_id=batch_id,
            quantity=values["quantity"],
            recipient=to.recipient,
            shown=to.ticket,
        )
    except Refusal as refusal:
        return _form(batch, request.form.to_dict(), shown_here(refusal)), refusal.status
    flash(_("发放记下了。请打印签收单，让领的人签字。"), "success")
    return redirect(url_for("shop.issued", issue_id=result["issue_id"]), 303)


def _to(values: dict[str, Any], now: datetime) -> _To:
    """Whom the form means. Raises Invalid, TooManyFailures; what a code or a ticket is refused for."""
    if (ticket := _ticket(values, now)) is not None:
        member_id = ticket.code.member_id
        return _To(Recipient(member_id), get_member(current_community_id(), member_id), ticket)
    if (number := values["volunteer_no"]) is None:
        return _To(Recipient(None, values["people"], values["recipient"] or ""))
    found = find_watched(current_community_id(), current_actor_id(), number, now)
    if found is None:
        raise Invalid({"volunteer_no": [_("没有这个编号的居民，请再看一下卡上的编号。")]})
    return _To(Recipient(found.id), found)


def _ticket(values: dict[str, Any], now: datetime) -> Ticket | None:
    """What was scanned: just now, or before the question was asked."""
    whose = {"community_id": current_community_id(), "keeper_id": current_actor_id()}
    if values["ticket"]:
        return open_ticket(**whose, ticket=values["ticket"], now=now)
    if not values["code"]:
        return None
    code = read_watched_code(
        text=values["code"],
        community_id=whose["community_id"],
        actor_id=whose["keeper_id"],
        now=now,
    )
    return Ticket(code, new_id())


def _is_sure(values: dict[str, Any], to: _To, now: datetime) -> bool:
    """The button, or the same person scanned again. Raises Invalid: somebody else was."""
    if values["again"]:
        code = read_watched_code(
            text=values["again"],
            community_id=current_community_id(),
            actor_id=current_actor_id(),
            now=now,
        )
        if code.member_id != to.recipient.member_id:
            raise Invalid({"code": [_("刚才扫的是另一位。请重新扫领的人的卡。")]})
        return True
    is_number = to.ticket is None and to.member is not None
    return values["sure"] and (not is_number or to.recipient.member_id == values["member_id"])


def _facts(batch: BatchRow) -> BatchFacts:
    return BatchFacts(
        batch.id,
        batch.product_id,
        batch.best_before_on,
        batch.restriction,
        batch.received_on,
        batch.on_hand,
    )


def _question(batch: BatchRow, values: dict[str, Any], to: _To, now: datetime) -> str:
    whose = {"community_id": current_community_id(), "keeper_id": current_actor_id()}
    return render_template(
        "shop/issue_sure.html",
        **_shown(batch),
        values=values,
        member=to.member,
        member_name=mask_name(to.member.name) if to.member else "",
        ticket=seal_ticket(**whose, ticket=to.ticket, now=now) if to.ticket else "",
        key=new_key(),
    )


def _form(batch: BatchRow, values: dict[str, Any], refusal: Refusal | None) -> str:
    return render_template(
        "shop/issue.html",
        **_shown(batch),
        values=values,
        refusal=refusal,
        faults=faults_of(refusal),
        key=new_key(),
    )


def _shown(batch: BatchRow) -> dict[str, Any]:
    origin = origins_of(current_community_id(), [batch.id]).get(batch.id)
    return {"batch": batch, "origin": origin}
