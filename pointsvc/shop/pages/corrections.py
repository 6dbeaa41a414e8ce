"""Setting a wrong invoice right: the form that asks a supervisor."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.shop.forms.corrections import CorrectInvoiceForm, RightLineForm
from pointsvc.shop.money import yuan
from pointsvc.shop.pages.budgets import budgets_of
from pointsvc.shop.pages.desk import (
    blueprint,
    check_open,
    faults_of,
    my_stockrooms,
    new_key,
    shown_here,
    today,
)
from pointsvc.shop.queries.money import (
    PurchaseFacts,
    get_purchase,
    list_suppliers,
    purchase_lines_of,
)
from pointsvc.shop.service.corrections import RightInvoice, RightLine, ask_correction
from pointsvc.shop.service.heads import RightHead
from pointsvc.shop.service.placing import is_known
from pointsvc.shop.service.purchases import add_supplier

COLUMNS = ("line_id", "quantity", "price")


@blueprint.route("/purchases/<uuid:purchase_id>/correct", methods=["GET", "POST"])
@requires("shop.stock")
def correct_purchase(purchase_id: UUID) -> ResponseReturnValue:
    """Say what it should read and why; a supervisor is asked, and answers on their own phone."""
    community_id, keeper_id, now = current_community_id(), current_actor_id(), clock.now()
    purchase = get_purchase(community_id, purchase_id)
    check_open(purchase.shop_id, my_stockrooms())
    if request.method == "GET":
        return _form(purchase, {}, None)
    try:
        names = CorrectInvoiceForm().fields
        typed = {name: text for name, text in request.form.items() if name in names}
        values, lines = parse_form(CorrectInvoiceForm, typed), _typed_lines()

        def work() -> UUID:
            if is_known(community_id, values["key"], purchase_id, keeper_id):
                return UUID(str(values["key"]))
            supplier_id = values["supplier_id"] or add_supplier(
                community_id=community_id,
                name=values["supplier_name"],
                address=values["supplier_address"],
                contact=values["supplier_contact"],
                by_id=keeper_id,
                now=now,
            )
            head = RightHead(values["bought_on"], values["invoice_no"], values["sponsorship_id"])
            right = RightInvoice(
                values["key"], purchase_id, supplier_id, lines, values["reason"], head
            )
            return ask_correction(
                community_id=community_id, right=right, keeper_id=keeper_id, now=now
            )

        request_id = transact(work)
    except Refusal as refusal:
        return _form(purchase, request.form.to_dict(), shown_here(refusal)), refusal.status
    return redirect(url_for("shop.stock_request", stock_request_id=request_id), 303)


def _typed_lines() -> list[RightLine]:
    columns = [request.form.getlist(name) for name in COLUMNS]
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*columns, strict=False)]
    return [_line(number, line) for number, line in enumerate(rows, start=1)]


def _line(number: int, line: dict[str, str]) -> RightLine:
    try:
        values = parse_form(RightLineForm, line)
    except Invalid as refusal:
        words = _("件数填 0 以上的整数，金额写成 12.50 这样。")
        raise Invalid({f"line-{number}": [words]}) from refusal
    return RightLine(values["line_id"], values["quantity"], values["price"])


def _form(purchase: PurchaseFacts, values: dict[str, Any], refusal: Refusal | None) -> str:
    community_id = current_community_id()
    lines = purchase_lines_of(community_id, [purchase.id]).get(purchase.id, [])
    typed = {name: request.form.getlist(name) for name in COLUMNS[1:]}
    return render_template(
        "shop/correct_purchase.html",
        purchase=purchase,
        lines=[
            (
                line,
                _at(typed["quantity"], place, str(line.quantity)),
                _at(typed["price"], place, yuan(line.price_fen)),
            )
            for place, line in enumerate(lines)
        ],
        suppliers=[(each.id, each.name) for each in list_suppliers(community_id)],
        budgets=budgets_of(community_id, purchase.sponsorship_id),
        today=today(clock.now()),
        values=values,
        refusal=refusal,
        faults=faults_of(refusal),
        key=values.get("key") or new_key(),
    )


def _at(typed: list[str], place: int, otherwise: str) -> str:
    """What was typed there, or what it reads now."""
    return typed[place] if place < len(typed) else otherwise
