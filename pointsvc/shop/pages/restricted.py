"""Goods with a purpose: what waits, another purpose with consent, the slip to sign."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community, get_place
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_caller, current_community_id, requires
from pointsvc.members.queries import names_of
from pointsvc.shop import giving
from pointsvc.shop.forms.gifts import PurposeForm
from pointsvc.shop.gift_words import CONSENTS
from pointsvc.shop.pages.batches import my_batch
from pointsvc.shop.pages.desk import (
    blueprint,
    check_open,
    choose,
    chosen_of,
    desk_with,
    faults_of,
    my_stockrooms,
    my_view,
    new_key,
    shown_here,
    today,
)
from pointsvc.shop.queries.gifts import changes_of, latest_changes
from pointsvc.shop.queries.issues import get_issue, page_of_issues, waiting_batches
from pointsvc.shop.queries.origins import origins_of
from pointsvc.shop.queries.stock import BatchRow
from pointsvc.shop.service.issues import Consent


@blueprint.route("/restricted")
@requires("shop.inspect")
def restricted() -> ResponseReturnValue:
    """What of a shop waits for its purpose, and what was handed out."""
    shops = my_view()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.restricted")
    community = get_community(current_community_id())
    after = request.args.get("after")
    page = page_of_issues(community.id, shop.id, after=after)
    changes = latest_changes(community.id, shop.id)
    people = {each.issued_by_id for each in page.rows} | {c.recorded_by_id for c, _name in changes}
    people |= {each.recipient_id for each in page.rows if each.recipient_id}
    return render_template(
        "shop/restricted.html",
        shop=shop,
        shops=shops,
        batches=waiting_batches(community.id, shop.id, today=today(clock.now())),
        issues=page.rows,
        changes=changes,
        consent_words=CONSENTS,
        names=names_of(community.id, people),
        zone=community.zone,
        may_write=shop.id in {each.id for each in my_stockrooms()},
        is_clerk="clerk" in current_caller().roles,
        next_url=url_for("shop.restricted", shop_id=shop.id, after=page.next)
        if page.next
        else None,
        first_url=url_for("shop.restricted", shop_id=shop.id) if after else None,
    )


@blueprint.route("/batches/<uuid:batch_id>/purpose", methods=["GET", "POST"])
@requires("shop.office")
def purpose(batch_id: UUID) -> ResponseReturnValue:
    """Note that the donor agreed to another purpose, or to none (慈善法 art. 56)."""
    batch = my_batch(batch_id)
    if request.method == "GET":
        return _page(batch, {}, None)
    try:
        values = parse_form(PurposeForm, request.form)
        is_freed = values["becomes"] == "free"
        giving.give_another_purpose(
            desk_with(values["key"], clock.now()),
            batch_id=batch_id,
            to_purpose=None if is_freed else values["to_purpose"],
            consent=Consent(
                values["consented_by"],
                values["consent_way"],
                values["consented_on"],
                values["evidence"],
            ),
        )
    except Refusal as refusal:
        page = _page(batch, request.form.to_dict(), shown_here(refusal))
        return page, refusal.status
    flash(
        _("记下了，这批可以在柜台上兑换了。")
        if is_freed
        else _("用途改好了，捐赠人的同意记下了。"),
        "success",
    )
    return redirect(url_for("shop.restricted", shop_id=batch.shop_id), 303)


@blueprint.route("/issues/<uuid:issue_id>")
@requires("shop.inspect")
def issued(issue_id: UUID) -> str:
    """What was handed out for a purpose, as a slip to sign."""
    community = get_community(current_community_id())
    found = get_issue(community.id, issue_id)
    check_open(found.shop_id, my_view())
    people = [each for each in (found.issued_by_id, found.recipient_id) if each]
    return render_template(
        "shop/issued.html",
        issue=found,
        community=community,
        shop=get_place(community.id, found.shop_id),
        origin=origins_of(community.id, [found.batch_id]).get(found.batch_id),
        names=names_of(community.id, people),
        zone=community.zone,
    )


def _page(batch: BatchRow, values: dict[str, Any], refusal: Refusal | None) -> str:
    community_id = current_community_id()
    return render_template(
        "shop/purpose.html",
        batch=batch,
        origin=origins_of(community_id, [batch.id]).get(batch.id),
        changes=changes_of(community_id, [batch.id]),
        consent_words=CONSENTS,
        values=values,
        refusal=refusal,
        faults=faults_of(refusal),
        today=today(clock.now()),
        key=new_key(),
    )
