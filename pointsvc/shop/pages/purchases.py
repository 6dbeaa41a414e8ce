"""Buying with an invoice: the register, one invoice, a new one line by line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.attachments.queries import pictures_of
from pointsvc.communities.queries import PlaceFacts
from pointsvc.kernel import clock
from pointsvc.kernel.csv_lines import BOM, csv_line
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_community_id,
    requires,
)
from pointsvc.members.queries import names_of
from pointsvc.shop import giving
from pointsvc.shop.errors import PastDate
from pointsvc.shop.forms.money import BoughtLineForm, PurchaseForm
from pointsvc.shop.money import yuan
from pointsvc.shop.pages.budgets import budgets_of
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
    zone,
)
from pointsvc.shop.pages.invoice_pictures import may_take_down
from pointsvc.shop.pages.months import month_in, months_back
from pointsvc.shop.pages.pictures import PICTURES_MAX, PURCHASE, keep_pictures, read_pictures
from pointsvc.shop.queries.catalogue import find_scanned, list_products
from pointsvc.shop.queries.money import (
    PurchaseFacts,
    PurchaseFilter,
    PurchaseLineFacts,
    get_purchase,
    get_supplier,
    list_suppliers,
    page_of_purchases,
    purchase_lines_of,
    purchases_for,
)
from pointsvc.shop.queries.stock_requests import requests_of_invoice
from pointsvc.shop.rules import check_arrival
from pointsvc.shop.service.purchases import BoughtLine, Invoice

LINE_FIELDS: Final = tuple(BoughtLineForm().fields)
LINES_MAX: Final = 50
PLACES: Final = {
    "product_id": "line",
    "best_before": "best-before",
    "batch_no": "batch-no",
    "produced_on": "produced-on",
}


@blueprint.route("/purchases")
@requires("shop.inspect")
def purchases() -> str:
    """The invoices, newest first; of a month, with words in supplier, number or goods."""
    asked, kept = _asked()
    after = request.args.get("after")
    page = page_of_purchases(current_community_id(), asked, after=after)
    ids = [each.id for each in page.rows]
    return render_template(
        "shop/purchases.html",
        purchases=page.rows,
        lines=purchase_lines_of(current_community_id(), ids),
        may_record=bool(my_stockrooms()),
        text=asked.text,
        month=kept["month"],
        months=months_back(),
        csv_url=url_for("shop.purchases_csv", **kept),
        next_url=url_for("shop.purchases", after=page.next, **kept) if page.next else None,
        first_url=url_for("shop.purchases", **kept) if after else None,
    )


@blueprint.route("/purchases.csv")
@requires("shop.inspect")
def purchases_csv() -> Response:
    """The same invoices line by line, in the fields of 食品安全法 art. 53."""
    asked, _kept = _asked()
    response = Response(BOM + "".join(_csv_lines(asked)), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="purchases.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.route("/purchases/<uuid:purchase_id>")
@requires("shop.inspect")
def purchase(purchase_id: UUID) -> str:
    """One invoice with its goods."""
    community_id = current_community_id()
    found = get_purchase(community_id, purchase_id)
    asked, now = requests_of_invoice(community_id, found.id), clock.now()
    people = {found.bought_by_id, *(id_ for r in asked for id_ in (r.asked_by_id, r.decided_by_id))}
    names = names_of(community_id, [each for each in people if each])
    waiting = next((each for each in asked if each.state_at(now) == "asked"), None)
    return render_template(
        "shop/purchase.html",
        purchase=found,
        corrections=[each for each in asked if each.state == "approved"],
        waiting=waiting,
        may_correct=found.shop_id in {shop.id for shop in my_stockrooms()},
        names=names,
        zone=zone(),
        lines=purchase_lines_of(community_id, [found.id]).get(found.id, []),
        supplier=get_supplier(community_id, found.supplier_id),
        buyer=names.get(found.bought_by_id, ""),
        pictures=pictures_of(community_id, PURCHASE, [found.id]).get(found.id, []),
        reader_id=current_actor_id(),
        may_take_down=may_take_down(),
        key=new_key(),
    )


@blueprint.route("/purchases/new", methods=["GET", "POST"])
@requires("shop.stock")
def new_purchase() -> ResponseReturnValue:
    """Enter an invoice: the goods come onto the shelf, the money off the sponsor's budget."""
    shops = my_stockrooms()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.new_purchase")
    if request.method == "GET":
        first = _empty() | {"product_id": request.args.get("product_id", "")}
        return _form(shop, [first], None)
    lines = _typed_lines()
    if "save" not in request.form:
        return _form(shop, _with_more(shop, lines), None)
    try:
        result = _record(shop, lines)
    except Refusal as refusal:
        return _form(shop, lines or [_empty()], shown_here(refusal)), refusal.status
    flash(_("登记好了，东西入库了。"), "success")
    return redirect(url_for("shop.purchase", purchase_id=result["purchase_id"]), 303)


def _record(shop: PlaceFacts, lines: list[dict[str, str]]) -> dict[str, Any]:
    names = PurchaseForm().fields
    typed = {name: text for name, text in request.form.items() if name in names}
    values = parse_form(PurchaseForm, typed)
    if not lines:
        raise Invalid({"line-1": [_("请选商品")]})
    pictures = read_pictures()
    now = clock.now()
    desk = desk_with(values["key"], now)

    def invoice() -> Invoice:
        supplier_id = values["supplier_id"] or giving.new_supplier(
            desk,
            name=values["supplier_name"],
            address=values["supplier_address"],
            contact=values["supplier_contact"],
        )
        return Invoice(
            shop.id,
            supplier_id,
            values["bought_on"],
            values["invoice_no"],
            values["sponsorship_id"],
        )

    bought = [_bought(number, line) for number, line in enumerate(lines, start=1)]
    result = giving.buy(desk, invoice=invoice, lines=bought, asked=values | {"key": None})
    keep_pictures(PURCHASE, UUID(result["purchase_id"]), pictures, now)
    return result


def _bought(number: int, line: dict[str, str]) -> BoughtLine:
    try:
        values = parse_form(BoughtLineForm, line)
        best_before: date | None = values["best_before"]
        check_arrival(best_before, today(clock.now()))
    except Invalid as refusal:
        words = (
            {"best_before": refusal.detail} if isinstance(refusal, PastDate) else _faults(refusal)
        )
        faults = {f"{PLACES.get(name, name)}-{number}": [text] for name, text in words.items()}
        raise Invalid(faults) from refusal
    return BoughtLine(
        values["product_id"],
        values["quantity"],
        values["price"],
        best_before,
        values["batch_no"],
        values["produced_on"],
    )


def _faults(refusal: Invalid) -> dict[str, str]:
    words = {
        "product_id": _("请选商品"),
        "quantity": _("请填件数，1 以上的整数"),
        "price": _("请填这一行一共多少元"),
        "best_before": _("日期不对"),
        "produced_on": _("日期不对"),
        "batch_no": _("批号太长，最多 40 个字"),
    }
    return {name: words.get(name, name) for name in refusal.errors}


def _typed_lines() -> list[dict[str, str]]:
    """The lines as they were typed; those with nothing in them are left out."""
    columns = {name: request.form.getlist(name) for name in LINE_FIELDS}
    rows = [
        {name: texts[place] if place < len(texts) else "" for name, texts in columns.items()}
        for place in range(min(LINES_MAX, len(columns["product_id"])))
    ]
    return [row for row in rows if row["product_id"] or row["quantity"]]


def _with_more(shop: PlaceFacts, lines: list[dict[str, str]]) -> list[dict[str, str]]:
    if "drop" in request.form:
        dropped = str(id_in(request.form["drop"]))
        return [line for line in lines if line["product_id"] != dropped] or [_empty()]
    text = looked_for("scan")
    found = find_scanned(current_community_id(), shop.id, text) if text else None
    if text and found is None:
        flash(_("店里没有条码是 %(text)s 的商品，请先登记商品。", text=text), "warning")
        return lines or [_empty()]
    return [*lines, _empty() | {"product_id": str(found.id) if found else ""}]


def _empty() -> dict[str, str]:
    return dict.fromkeys(LINE_FIELDS, "")


def _form(shop: PlaceFacts, lines: list[dict[str, str]], refusal: Refusal | None) -> str:
    community_id, day = current_community_id(), today(clock.now())
    products = list_products(community_id, shop_id=shop.id)
    return render_template(
        "shop/new_purchase.html",
        shop=shop,
        lines=lines,
        values=request.form or {"bought_on": day.isoformat()},
        today=day,
        choices=[(each.id, each.label) for each in products],
        suppliers=[(each.id, each.name) for each in list_suppliers(community_id)],
        budgets=budgets_of(community_id),
        pictures_max=PICTURES_MAX,
        refusal=refusal,
        faults=faults_of(refusal),
        key=new_key(),
    )


def _asked() -> tuple[PurchaseFilter, dict[str, Any]]:
    text = looked_for()[:80]
    month = month_in(request.args.get("month"))
    kept = {"q": text or None, "month": month.name if month else None}
    first, last = (month.first, month.last) if month else (None, None)
    return PurchaseFilter(first, last, text), kept


def _csv_lines(asked: PurchaseFilter) -> Iterator[str]:
    yield csv_line(
        [
            _("采购号"),
            _("进货日期"),
            _("名称"),
            _("规格"),
            _("数量"),
            _("批号"),
            _("生产日期"),
            _("保质期至"),
            _("金额（元）"),
            _("发票号"),
            _("供应商"),
            _("地址"),
            _("联系方式"),
            _("赞助"),
        ]
    )
    community_id = current_community_id()
    suppliers = {each.id: each for each in list_suppliers(community_id)}
    before: int | None = None
    while found := purchases_for(community_id, asked, before_no=before):
        lines = purchase_lines_of(community_id, [each.id for each in found])
        for each in found:
            of = suppliers.get(each.supplier_id)
            ends = [each.supplier, of.address if of else "", of.contact if of else ""]
            for line in lines.get(each.id, []):
                yield csv_line([*_cells(each, line), *ends, each.sponsor or ""])
        before = found[-1].number


def _cells(of: PurchaseFacts, line: PurchaseLineFacts) -> list[object]:
    return [
        of.number,
        of.bought_on.isoformat(),
        line.product_name,
        line.pack,
        line.quantity,
        line.batch_no or "",
        line.produced_on.isoformat() if line.produced_on else "",
        line.best_before_on.isoformat() if line.best_before_on else "",
        yuan(line.price_fen).replace(",", ""),
        of.invoice_no or "",
    ]
