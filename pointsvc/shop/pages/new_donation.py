"""A new gift, line by line: who gave, what, for what, worth how much, on which papers, with photographs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import PlaceFacts, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.fields import Shape, parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.shop import counter as till
from pointsvc.shop.errors import DatesCrossed, PastDate
from pointsvc.shop.forms.gifts import PapersForm, ValueForm
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
from pointsvc.shop.pages.pictures import DONATION, PICTURES_MAX, keep_pictures, read_pictures
from pointsvc.shop.papers import GiftPapers
from pointsvc.shop.queries.catalogue import find_scanned, list_products
from pointsvc.shop.rules import POINTS_MAX, check_arrival
from pointsvc.shop.schemas import DonationForm, DonationLineForm
from pointsvc.shop.service.donations import DonatedLine

LINE_FIELDS: Final = (
    "product_id",
    "quantity",
    "best_before",
    "use_by",
    "restriction",
    "value",
    "value_basis",
)
LINES_MAX: Final = 50


@blueprint.route("/donations/new", methods=["GET", "POST"])
@requires("shop.donate")
def new_donation() -> ResponseReturnValue:
    """Take a gift in: who gave, what, until when it is good; a receipt number at the end."""
    shops = my_stockrooms()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.new_donation")
    if request.method == "GET":
        return _form(shop, [_empty()], None, _usual_papers())
    lines = _typed_lines()
    if "save" not in request.form:
        return _form(shop, _with_more(shop, lines), None, request.form)
    try:
        result = _record(lines)
    except Refusal as refusal:
        page = _form(shop, lines or [_empty()], shown_here(refusal), request.form)
        return page, refusal.status
    flash(_("登记好了，可以打印凭证交给捐赠人。"), "success")
    return redirect(url_for("shop.donation", donation_id=result["donation_id"]), 303)


def _record(lines: list[dict[str, str]]) -> dict[str, Any]:
    values = parse_form(DonationForm, _of(DonationForm))
    donor = None if values["donor_kind"] == "anonymous" else values["donor"]
    if donor == "":
        raise Invalid({"donor": [_("请填捐赠人；不愿留名的，选“不留名”。")]})
    papers = papers_in_form()
    pictures = read_pictures()
    now = clock.now()
    result = till.take_gift(
        desk_with(values["key"], now),
        donor=donor,
        donor_kind=values["donor_kind"],
        is_named=values["is_named"] and donor is not None,
        lines=[_donated(number, line) for number, line in enumerate(lines, start=1)],
        papers=papers,
    )
    keep_pictures(DONATION, UUID(result["donation_id"]), pictures, now)
    return result


def papers_in_form() -> GiftPapers | None:
    """The papers as they were typed; None where the form has none."""
    if "receiving_entity" not in request.form:
        return None
    return GiftPapers(**parse_form(PapersForm, _of(PapersForm)))


def _of(shape: type[Shape]) -> dict[str, str]:
    names = shape().fields
    return {name: text for name, text in request.form.items() if name in names}


def _usual_papers() -> dict[str, str]:
    """The community itself receives and acknowledges, where nobody says otherwise."""
    name = get_community(current_community_id()).name
    return {"receiving_entity": name, "receipt_kind": "acknowledgement"}


def _donated(number: int, line: dict[str, str]) -> DonatedLine:
    try:
        values = parse_form(DonationLineForm, _part(line, DonationLineForm))
        worth = parse_form(ValueForm, _part(line, ValueForm))
        best_before: date | None = values["best_before"]
        use_by: date | None = values["use_by"]
        check_arrival(best_before, today(clock.now()), use_by)
    except Invalid as refusal:
        is_of_dates = isinstance(refusal, PastDate | DatesCrossed)
        faults = [refusal.detail] if is_of_dates else list(_flat(refusal.errors))
        raise Invalid({f"line-{number}": faults}) from refusal
    value_fen, basis = worth["value"], worth["value_basis"]
    return DonatedLine(
        values["product_id"],
        values["quantity"],
        best_before,
        values["restriction"] or None,
        value_fen,
        (basis or "estimate") if value_fen is not None else None,
        use_by,
    )


def _part(line: dict[str, str], shape: type[Shape]) -> dict[str, str]:
    return {name: line[name] for name in shape().fields}


def _flat(errors: dict[str, Any]) -> list[str]:
    words = {
        "product_id": _("请选商品"),
        "quantity": _("请填件数，1 以上的整数"),
        "best_before": _("日期不对"),
        "use_by": _("日期不对"),
        "restriction": _("用途太长，最多 200 个字"),
        "value": _("金额写成 12.50 这样，单位是元。"),
        "value_basis": _("没有这个选项。"),
    }
    return [words.get(name, name) for name in errors]


def _typed_lines() -> list[dict[str, str]]:
    """The lines as they were typed; those with nothing in them are left out."""
    columns = {name: request.form.getlist(name) for name in LINE_FIELDS}
    rows = [
        {name: texts[place] if place < len(texts) else "" for name, texts in columns.items()}
        for place in range(min(LINES_MAX, len(columns["product_id"])))
    ]
    return [row for row in rows if row["product_id"] or row["quantity"]]


def _with_more(shop: PlaceFacts, lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """One line more, or one less; a barcode adds one to its product's line, or makes that line."""
    if "drop" in request.form:
        dropped = id_in(request.form["drop"])
        return [line for line in lines if line["product_id"] != str(dropped)] or [_empty()]
    text = looked_for("scan")
    found = find_scanned(current_community_id(), shop.id, text) if text else None
    if text and found is None:
        flash(_("店里没有条码是 %(text)s 的商品，请先登记商品。", text=text), "warning")
        return lines or [_empty()]
    if found is None:
        return [*lines, _empty()]
    same = [place for place, line in enumerate(lines) if line["product_id"] == str(found.id)]
    if not same:
        return [*lines, _empty() | {"product_id": str(found.id), "quantity": "1"}]
    line = lines[same[-1]]
    count = int(line["quantity"]) if line["quantity"].isdecimal() else 0
    lines[same[-1]] = line | {"quantity": str(min(count + 1, POINTS_MAX))}
    return lines


def _empty() -> dict[str, str]:
    return dict.fromkeys(LINE_FIELDS, "")


def _form(
    shop: PlaceFacts,
    lines: list[dict[str, str]],
    refusal: Refusal | None,
    values: Mapping[str, str],
) -> str:
    products = list_products(current_community_id(), shop_id=shop.id)
    return render_template(
        "shop/new_donation.html",
        shop=shop,
        lines=lines,
        values=values,
        pictures_max=PICTURES_MAX,
        choices=[(each.id, each.label) for each in products],
        refusal=refusal,
        faults=faults_of(refusal),
        key=new_key(),
    )
