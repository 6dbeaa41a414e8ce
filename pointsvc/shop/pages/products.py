"""Goods: the table, one product with everything about it, new ones, changes, shelf labels."""

from __future__ import annotations

from typing import Any, Final, cast
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.attachments.queries import pictures_of
from pointsvc.communities.queries import PlaceFacts, find_places, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import names_of
from pointsvc.shop import barcodes
from pointsvc.shop.pages.desk import (
    blueprint,
    check_open,
    choose,
    chosen_of,
    faults_of,
    id_in,
    looked_for,
    my_stockrooms,
    my_view,
    shown_here,
    today,
)
from pointsvc.shop.pictures import MOST, PRODUCT
from pointsvc.shop.queries.catalogue import (
    ProductFacts,
    ProductOrder,
    categories_of,
    get_product,
    list_products,
    page_of_products,
    prices_of,
    products_by_id,
)
from pointsvc.shop.queries.markdowns import markdowns_of
from pointsvc.shop.queries.stock import (
    WARN_DAYS,
    available_of,
    batches_of,
    expiring_batches,
    latest_takes,
    movements_of,
    soonest_of,
)
from pointsvc.shop.queries.stock_requests import requests_of_product
from pointsvc.shop.schemas import ProductForm
from pointsvc.shop.service.catalogue import (
    CatalogueRow,
    close_product,
    create_product,
    edit_product,
    reopen_product,
)

EXPIRING_SHOWN: Final = 8
ORDERS: Final[tuple[ProductOrder, ...]] = ("name", "price", "stock")


@blueprint.route("/products")
@requires("shop.inspect")
def products() -> str:
    """What the shop has: by name, price or stock; what is about to expire above it."""
    shops = my_view()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.products")
    on = today(clock.now())
    order = cast("ProductOrder", request.args.get("order", "name"))
    kept: dict[str, Any] = {
        "shop_id": shop.id,
        "q": looked_for() or None,
        "order": order if order in ORDERS else "name",
        "category": request.args.get("category") or None,
        "closed": request.args.get("closed") or None,
    }
    page = page_of_products(
        current_community_id(),
        shop_id=shop.id,
        text=kept["q"] or "",
        category=kept["category"],
        order=kept["order"],
        is_closed=kept["closed"] is not None,
        after=request.args.get("after"),
    )
    expiring, expiring_count = expiring_batches(
        current_community_id(), shop.id, today=on, limit=EXPIRING_SHOWN
    )
    return render_template(
        "shop/products.html",
        shop=shop,
        shops=shops,
        products=page.rows,
        soonest=soonest_of(current_community_id(), {each.id for each in page.rows}),
        expiring=expiring,
        expiring_count=expiring_count,
        warn_days=WARN_DAYS,
        categories=categories_of(current_community_id(), shop.id),
        community_id=current_community_id(),
        on=on,
        kept=kept,
        order_urls={by: url_for("shop.products", **kept | {"order": by}) for by in ORDERS},
        may_write=_may_write(shop.id),
        next_url=url_for("shop.products", after=page.next, **kept) if page.next else None,
        first_url=url_for("shop.products", **kept) if request.args.get("after") else None,
    )


@blueprint.route("/products/new", methods=["GET", "POST"])
@requires("shop.stock")
def new_product() -> ResponseReturnValue:
    """Put a product into the catalogue; the barcode may be scanned."""
    shops = my_stockrooms()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.new_product")
    if request.method == "GET":
        return _form(shop, None, {"barcode": request.args.get("barcode", "")}, None)
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    shop_id = shop.id
    try:
        row = _row()
        product_id = transact(
            lambda: create_product(
                community_id=community_id, shop_id=shop_id, row=row, set_by_id=actor_id, now=now
            )
        )
    except Refusal as refusal:
        return _form(shop, None, request.form.to_dict(), shown_here(refusal)), refusal.status
    flash(_("登记好了。下一步：入库，就能兑了。"), "success")
    return redirect(url_for("shop.take_in", product_id=product_id), 303)


@blueprint.route("/products/<uuid:product_id>")
@requires("shop.inspect")
def product(product_id: UUID) -> str:
    """Facts, batches, prices, and every unit that came or went."""
    community = get_community(current_community_id())
    found = get_product(community.id, product_id)
    shop = _shop_of(found, my_view())
    on = today(clock.now())
    after = request.args.get("after")
    moves = movements_of(community.id, product_id, after=after)
    prices = prices_of(community.id, product_id)
    people = {p for m in moves.rows for p in (m.moved_by_id, m.approved_by_id) if p}
    takes = latest_takes(community.id, product_id)
    people |= {p for take in takes for p in (take.counted_by_id, take.approved_by_id) if p}
    people |= {price.set_by_id for price in prices if price.set_by_id}
    asked = requests_of_product(community.id, product_id)
    people |= {each.asked_by_id for each in asked}
    return render_template(
        "shop/product.html",
        asked=[(each, each.state_at(clock.now())) for each in asked],
        product=found,
        shop=shop,
        available=available_of(community.id, {product_id}, today=on)[product_id],
        batches=batches_of(community.id, product_id, today=on),
        prices=prices,
        moves=moves.rows,
        takes=takes,
        names=names_of(community.id, people),
        svg=barcodes.svg(found.barcode),
        markdown=markdowns_of(community.id, {product_id}).get(product_id),
        photos=pictures_of(community.id, PRODUCT, [product_id]).get(product_id, []),
        photos_most=MOST,
        on=on,
        zone=community.zone,
        may_write=_may_write(found.shop_id),
        has_others=len(find_places(community.id, kind="shop")) > 1,
        next_url=url_for("shop.product", product_id=product_id, after=moves.next)
        if moves.next
        else None,
        first_url=url_for("shop.product", product_id=product_id) if after else None,
    )


@blueprint.route("/products/<uuid:product_id>/edit", methods=["GET", "POST"])
@requires("shop.stock")
def change_product(product_id: UUID) -> ResponseReturnValue:
    """Change what a product is; another price is a new version."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    found = get_product(community_id, product_id)
    shop = _shop_of(found, my_stockrooms())
    if request.method == "GET":
        return _form(shop, found, _values(found), None)
    try:
        row = _row()
        transact(
            lambda: edit_product(
                community_id=community_id,
                product_id=product_id,
                row=row,
                set_by_id=actor_id,
                now=now,
            )
        )
    except Refusal as refusal:
        return _form(shop, found, request.form.to_dict(), shown_here(refusal)), refusal.status
    flash(_("改好了。以前的小票还是当时的价。"), "success")
    return redirect(url_for("shop.product", product_id=product_id), 303)


@blueprint.route("/products/<uuid:product_id>/close", methods=["POST"])
@requires("shop.stock")
def withdraw_product(product_id: UUID) -> ResponseReturnValue:
    """Take a product off the catalogue once its shelf is empty."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    _shop_of(get_product(community_id, product_id), my_stockrooms())
    try:
        transact(
            lambda: close_product(
                community_id=community_id, product_id=product_id, closed_by_id=actor_id, now=now
            )
        )
    except Conflict as refusal:
        flash(refusal.detail, "error")
    else:
        flash(_("已下架。"), "success")
    return redirect(url_for("shop.product", product_id=product_id), 303)


@blueprint.route("/products/<uuid:product_id>/reopen", methods=["POST"])
@requires("shop.stock")
def bring_back(product_id: UUID) -> ResponseReturnValue:
    """Put a product back into the catalogue."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    _shop_of(get_product(community_id, product_id), my_stockrooms())
    try:
        transact(
            lambda: reopen_product(
                community_id=community_id, product_id=product_id, reopened_by_id=actor_id, now=now
            )
        )
    except Conflict as refusal:
        flash(refusal.detail, "error")
    else:
        flash(_("重新上架了。请先入库，柜台上才能兑。"), "success")
    return redirect(url_for("shop.product", product_id=product_id), 303)


@blueprint.route("/labels")
@requires("shop.inspect")
def labels() -> str:
    """Shelf labels to cut out, or cards that are read from afar: of `product_id`, or of everything."""
    shops = my_view()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.labels")
    asked = [id_in(text) for text in request.args.getlist("product_id")]
    found = products_by_id(current_community_id(), asked)
    wanted = [found[each] for each in asked if each in found and found[each].shop_id == shop.id]
    shown = wanted if asked else list_products(current_community_id(), shop_id=shop.id)
    return render_template(
        "shop/labels.html",
        shop=shop,
        labels=[(each, barcodes.svg(each.barcode)) for each in shown],
        markdowns=markdowns_of(current_community_id(), {each.id for each in shown}),
        is_card=request.args.get("size") == "card",
        asked=[str(each) for each in asked],
    )


def _row() -> CatalogueRow:
    form = request.form.to_dict()
    values = parse_form(ProductForm, form)
    return CatalogueRow(
        barcode=values.get("barcode"),
        name=values["name"],
        pack=values["pack"],
        price_points=values["price_points"],
        limit_household_month=values["limit_household_month"],
        category=values["category"],
        reorder_level=values["reorder_level"],
    )


def _values(found: ProductFacts) -> dict[str, Any]:
    return {
        "barcode": found.barcode,
        "name": found.name,
        "pack": found.pack,
        "price_points": found.price_points,
        "limit_household_month": found.limit,
        "category": found.category,
        "reorder_level": found.reorder_level,
    }


def _shop_of(found: ProductFacts, shops: list[PlaceFacts]) -> PlaceFacts:
    check_open(found.shop_id, shops)
    return next(shop for shop in shops if shop.id == found.shop_id)


def _may_write(shop_id: UUID) -> bool:
    return shop_id in {shop.id for shop in my_stockrooms()}


def _form(
    shop: PlaceFacts, found: ProductFacts | None, values: dict[str, Any], refusal: Refusal | None
) -> str:
    return render_template(
        "shop/product_form.html",
        shop=shop,
        product=found,
        categories=categories_of(current_community_id(), shop.id),
        values=values,
        refusal=refusal,
        faults=faults_of(refusal),
    )
