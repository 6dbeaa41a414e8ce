"""The donation register: what was given, a new gift line by line, its certificate on paper."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import PlaceFacts, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.members.queries import names_of
from pointsvc.shop import counter as till
from pointsvc.shop.errors import PastDate
from pointsvc.shop.pages.desk import (
    blueprint,
    choose,
    chosen_of,
    desk_with,
    faults_of,
    id_in,
    looked_for,
    my_stockrooms,
    new_key,
    shown_here,
    today,
)
from pointsvc.shop.queries.catalogue import find_scanned, list_products
from pointsvc.shop.queries.donations import get_donation, page_of_donations
from pointsvc.shop.rules import check_arrival
from pointsvc.shop.schemas import DonationForm, DonationLineForm
from pointsvc.shop.service.donations import DonatedLine

LINE_FIELDS: Final = ("product_id", "quantity", "best_before", "restriction")
LINES_MAX: Final = 50


@blueprint.route("/donations")
@requires("shop.inspect")
def donations() -> str:
    """The register, newest first."""
    community = get_community(current_community_id())
    after = request.args.get("after")
    page = page_of_donations(community.id, after=after)
    return render_template(
        "shop/donations.html",
        donations=page.rows,
        may_record=bool(my_stockrooms()),
        next_url=url_for("shop.donations", after=page.next) if page.next else None,
        first_url=url_for("shop.donations") if after else None,
    )


@blueprint.route("/donations/new", methods=["GET", "POST"])
@requires("shop.donate")
def new_donation() -> ResponseReturnValue:
    """Take a gift in: who gave, what, until when it is good; a receipt number at the end."""
    shops = my_stockrooms()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.new_donation")
    if request.method == "GET":
        return _form(shop, [_empty()], None)
    lines = _typed_lines()
    if "save" not in request.form:
        return _form(shop, _with_more(shop, lines), None)
    try:
        result = _record(lines)
    except Refusal as refusal:
        return _form(shop, lines or [_empty()], shown_here(refusal)), refusal.status
    flash(_("登记好了，可以打印凭证交给捐赠人。"), "success")
    return redirect(url_for("shop.donation", donation_id=result["donation_id"]), 303)


@blueprint.route("/donations/<uuid:donation_id>")
@requires("shop.inspect")
def donation(donation_id: UUID) -> str:
    """One gift, and its certificate: donor, goods, organisation, handler, date (慈善法 art. 38)."""
    community = get_community(current_community_id())
    gift = get_donation(community.id, donation_id)
    handler = names_of(community.id, [gift.handler_id] if gift.handler_id else [])
    return render_template(
        "shop/donation.html",
        gift=gift,
        community=community,
        handler=next(iter(handler.values()), ""),
    )


def _record(lines: list[dict[str, str]]) -> dict[str, Any]:
    form = {name: text for name, text in request.form.items() if name in DonationForm().fields}
    values = parse_form(DonationForm, form)
    donor = None if values["donor_kind"] == "anonymous" else values["donor"]
    if donor == "":
        raise Invalid({"donor": [_("请填捐赠人；不愿留名的，选“不留名”。")]})
    return till.take_gift(
        desk_with(values["key"], clock.now()),
        donor=donor,
        donor_kind=values["donor_kind"],
        is_named=values["is_named"] and donor is not None,
        lines=[_donated(number, line) for number, line in enumerate(lines, start=1)],
    )


def _donated(number: int, line: dict[str, str]) -> DonatedLine:
    try:
        values = parse_form(DonationLineForm, line)
        best_before: date | None = values["best_before"]
        check_arrival(best_before, today(clock.now()))
    except Invalid as refusal:
        is_past = isinstance(refusal, PastDate)
        faults = [refusal.detail] if is_past else list(_flat(refusal.errors))
        raise Invalid({f"line-{number}": faults}) from refusal
    return DonatedLine(
        values["product_id"], values["quantity"], best_before, values["restriction"] or None
    )


def _flat(errors: dict[str, Any]) -> list[str]:
    words = {
        "product_id": _("请选商品"),
        "quantity": _("请填件数，1 以上的整数"),
        "best_before": _("日期不对"),
        "restriction": _("用途太长，最多 200 个字"),
    }
    return [words.get(name, name) for name in errors]


def _typed_lines() -> list[dict[str, str]]:
    """The lines as they were typed; those with nothing in them are left out."""
    columns = [request.form.getlist(name)[:LINES_MAX] for name in LINE_FIELDS]
    rows = [dict(zip(LINE_FIELDS, row, strict=True)) for row in zip(*columns, strict=False)]
    return [row for row in rows if row["product_id"] or row["quantity"]]


def _with_more(shop: PlaceFacts, lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """One line more, of the product whose barcode was scanned where there is one; one less."""
    if "drop" in request.form:
        dropped = id_in(request.form["drop"])
        return [line for line in lines if line["product_id"] != str(dropped)] or [_empty()]
    text = looked_for("scan")
    found = find_scanned(current_community_id(), shop.id, text) if text else None
    if text and found is None:
        flash(_("店里没有条码是 %(text)s 的商品，请先登记商品。", text=text), "warning")
        return lines or [_empty()]
    return [*lines, _empty(str(found.id) if found else "")]


def _empty(product_id: str = "") -> dict[str, str]:
    return dict.fromkeys(LINE_FIELDS, "") | {"product_id": product_id}


def _form(shop: PlaceFacts, lines: list[dict[str, str]], refusal: Refusal | None) -> str:
    products = list_products(current_community_id(), shop_id=shop.id)
    return render_template(
        "shop/new_donation.html",
        shop=shop,
        lines=lines,
        values=request.form,
        choices=[(each.id, each.label) for each in products],
        refusal=refusal,
        faults=faults_of(refusal),
        key=new_key(),
    )
