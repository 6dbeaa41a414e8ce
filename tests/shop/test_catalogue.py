"""The catalogue: products, versions of prices, price lists."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from pointsvc.audit.queries import page_of_events
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.shop import service
from pointsvc.shop.errors import BarcodeRefused, ProductExists, StillInStock
from pointsvc.shop.queries.catalogue import (
    find_scanned,
    list_products,
    page_of_products,
    prices_of,
    suggest_products,
)
from pointsvc.shop.service import CatalogueRow, Upserted
from tests.shop.conftest import RICE, SOAP, Shop

SALT = CatalogueRow("6934198637813", "食盐", "400g", 25)


def create(shop: Shop, row: CatalogueRow) -> UUID:
    return transact(
        lambda: service.create_product(
            community_id=shop.community_id,
            shop_id=shop.cast.shop_id,
            row=row,
            set_by_id=shop.cast.zhaofang.id,
            now=clock.now(),
        )
    )


def edit(shop: Shop, product_id: UUID, row: CatalogueRow) -> None:
    transact(
        lambda: service.edit_product(
            community_id=shop.community_id,
            product_id=product_id,
            row=row,
            set_by_id=shop.cast.zhaofang.id,
            now=clock.now(),
        )
    )


def close(shop: Shop, product_id: UUID) -> None:
    transact(
        lambda: service.close_product(
            community_id=shop.community_id,
            product_id=product_id,
            closed_by_id=shop.cast.zhaofang.id,
            now=clock.now(),
        )
    )


def reopen(shop: Shop, product_id: UUID) -> None:
    transact(
        lambda: service.reopen_product(
            community_id=shop.community_id,
            product_id=product_id,
            reopened_by_id=shop.cast.zhaofang.id,
            now=clock.now(),
        )
    )


def upsert(shop: Shop, *rows: CatalogueRow) -> Upserted:
    return transact(
        lambda: service.upsert_products(
            community_id=shop.community_id,
            shop_id=shop.cast.shop_id,
            rows=rows,
            set_by_id=shop.cast.zhaofang.id,
            now=clock.now(),
        )
    )


def test_a_new_product_has_version_one_of_its_price(shop: Shop) -> None:
    [price] = prices_of(shop.community_id, create(shop, SALT))
    assert (price.version, price.price_points, price.set_by_id) == (1, 25, shop.cast.zhaofang.id)


def test_another_price_is_a_new_version(shop: Shop) -> None:
    edit(shop, shop.soap, replace(SOAP, price_points=45))
    prices = prices_of(shop.community_id, shop.soap)
    assert [(price.version, price.price_points) for price in prices] == [(2, 45), (1, 40)]


def test_the_same_price_is_no_new_version(shop: Shop) -> None:
    edit(shop, shop.soap, replace(SOAP, name="洗手皂"))
    assert len(prices_of(shop.community_id, shop.soap)) == 1


@pytest.mark.parametrize(
    "row", [replace(SALT, barcode=SOAP.barcode), replace(SALT, name="香皂", pack="125g")]
)
def test_two_open_products_do_not_share_barcode_or_name(shop: Shop, row: CatalogueRow) -> None:
    with pytest.raises(ProductExists):
        create(shop, row)


def test_a_product_does_not_take_anothers_barcode(shop: Shop) -> None:
    with pytest.raises(ProductExists):
        edit(shop, shop.soap, replace(SOAP, barcode=RICE.barcode))


def test_a_closed_product_frees_its_barcode(shop: Shop) -> None:
    close(shop, shop.soap)
    assert create(shop, SOAP) != shop.soap


def test_a_product_comes_back_as_it_was_once(shop: Shop) -> None:
    close(shop, shop.soap)
    for _tap in range(2):
        reopen(shop, shop.soap)
    [price] = prices_of(shop.community_id, shop.soap)
    assert (price.version, price.price_points) == (1, 40)
    [event] = page_of_events(shop.community_id, action="shop.product_reopened").rows
    assert event.subject_id == shop.soap


def test_what_another_took_over_meanwhile_does_not_come_back(shop: Shop) -> None:
    close(shop, shop.soap)
    create(shop, replace(SOAP, name="洗手皂"))
    with pytest.raises(ProductExists):
        reopen(shop, shop.soap)


def test_another_community_s_product_does_not_come_back(shop: Shop) -> None:
    with pytest.raises(NotFound):
        reopen(shop, new_id())


def test_what_is_on_the_shelf_stays_in_the_catalogue(shop: Shop) -> None:
    shop.stock(shop.soap, 3)
    with pytest.raises(StillInStock):
        close(shop, shop.soap)


def test_a_false_barcode_is_refused(shop: Shop) -> None:
    with pytest.raises(BarcodeRefused):
        create(shop, replace(SALT, barcode="6934198637810"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "盐" * 81),
        ("pack", "克" * 41),
        ("price_points", 0),
        ("price_points", 1_000_001),
        ("price_points", True),
        ("limit_household_month", 0),
    ],
)
def test_a_row_that_does_not_fit_names_its_field(shop: Shop, field: str, value: object) -> None:
    with pytest.raises(Invalid) as refusal:
        create(shop, replace(SALT, **{field: value}))  # type: ignore[arg-type]
    assert list(refusal.value.errors) == [field]


def test_another_communitys_product_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFound):
        edit(shop, new_id(), SALT)


def test_a_price_list_twice_is_the_same_as_once(shop: Shop) -> None:
    first = upsert(shop, SOAP, SALT)
    assert (first.created, first.changed, first.unchanged) == (1, 0, 1)
    second = upsert(shop, SOAP, SALT)
    assert (second.created, second.changed, second.unchanged) == (0, 0, 2)
    assert second.product_ids == first.product_ids


def test_a_price_list_sets_a_new_price_as_a_version(shop: Shop) -> None:
    assert upsert(shop, replace(SOAP, price_points=50)).changed == 1
    assert shop.product(shop.soap).price_version == 2


def test_a_price_list_without_barcodes_knows_products_by_name(shop: Shop) -> None:
    assert upsert(shop, replace(SOAP, barcode=None)).product_ids == (shop.soap,)
    assert shop.product(shop.soap).barcode == SOAP.barcode


def test_a_row_twice_in_a_price_list_is_one_product(shop: Shop) -> None:
    assert len(set(upsert(shop, SALT, SALT).product_ids)) == 1


def test_a_price_list_does_not_mix_two_products_up(shop: Shop) -> None:
    with pytest.raises(ProductExists):
        upsert(shop, replace(SOAP, barcode=RICE.barcode))


def test_the_scanner_finds_what_it_typed(shop: Shop) -> None:
    found = find_scanned(shop.community_id, shop.cast.shop_id, "6962914827422\n")
    assert found is not None
    assert found.id == shop.soap


def test_typing_a_part_of_a_name_suggests_products(shop: Shop) -> None:
    found = suggest_products(shop.community_id, shop.cast.shop_id, "米 5")
    assert [product.id for product in found] == [shop.rice]


def test_a_percent_sign_is_no_wildcard(shop: Shop) -> None:
    assert suggest_products(shop.community_id, shop.cast.shop_id, "%") == []


def test_closed_products_leave_the_price_list(shop: Shop) -> None:
    close(shop, shop.soap)
    assert [product.id for product in list_products(shop.community_id)] == [shop.rice]


def test_a_long_price_list_is_read_page_by_page(shop: Shop) -> None:
    upsert(shop, *(CatalogueRow(None, f"杯子 {n:03}", "只", 30) for n in range(60)))
    read, after = 0, None
    while True:
        page = page_of_products(shop.community_id, shop_id=shop.cast.shop_id, after=after)
        read, after = read + len(page.rows), page.next
        if after is None:
            break
    assert read == 62
