"""A photograph of an invoice is evidence: added to, not replaced; taken down by others, with a reason."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from pointsvc.attachments.queries import PictureFacts, pictures_of
from pointsvc.audit.models import AuditEvent
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.shop.service.purchases import BoughtLine
from tests.plots.doing import photo
from tests.shop.conftest import Shop
from tests.shop.giving import Giving
from tests.shop.screens import Screen
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def invoice(shop: Shop) -> UUID:
    """Twelve soaps of an invoice."""
    giving = Giving(shop)
    return giving.buy(giving.supplier(), BoughtLine(shop.soap, 12, 12_000))


def add(screen: Screen, invoice: UUID, **changes: Any) -> None:
    first = {"photo": (BytesIO(photo()), "a.jpg"), "reason": "原来的看不清", "key": str(new_id())}
    form = first | changes
    path = f"/shop/purchases/{invoice}/pictures"
    screen.answer = screen.client.post(path, data=form, follow_redirects=True)


def kept(shop: Shop, invoice: UUID) -> list[PictureFacts]:
    return pictures_of(shop.community_id, "purchase", [invoice]).get(invoice, [])


def test_a_keeper_adds_one_with_a_reason_and_takes_none_away(
    shop: Shop, invoice: UUID, client: HouseClient
) -> None:
    keeper = Screen(client, shop.cast.zhangdian)
    add(keeper, invoice, reason="")
    assert kept(shop, invoice) == []
    add(keeper, invoice)
    assert "补拍的照片放上去了" in keeper.page
    [found] = kept(shop, invoice)
    for path in (f"/shop/pictures/{found.id}", f"/shop/purchases/pictures/{found.id}"):
        answer = keeper.client.post(f"{path}/remove", data={"reason": "不要了"})
        assert answer.status_code in {403, 404}
    assert kept(shop, invoice) == [found]


def test_a_second_tap_adds_and_notes_one(shop: Shop, invoice: UUID, client: HouseClient) -> None:
    keeper, key = Screen(client, shop.cast.zhangdian), str(new_id())
    for _tap in range(2):
        add(keeper, invoice, key=key)
        assert "补拍的照片放上去了" in keeper.page
    noted = select(AuditEvent.id).where(AuditEvent.action == "shop.invoice_photographed")
    assert len(kept(shop, invoice)) == len(db.session.scalars(noted).all()) == 1


@pytest.mark.parametrize(("name", "status"), [("zhaofang", 303), ("hedu", 303), ("zhoumin", 403)])
def test_clerk_or_supervisor_takes_it_down_and_says_why(
    shop: Shop, invoice: UUID, client: HouseClient, app: Flask, name: str, status: int
) -> None:
    add(Screen(client, shop.cast.zhangdian), invoice)
    [found] = kept(shop, invoice)
    person = Screen(HouseClient(app), getattr(shop.cast, name))
    path = f"/shop/purchases/pictures/{found.id}/remove"
    assert person.client.post(path, data={"reason": ""}).status_code == status
    assert kept(shop, invoice) == [found]
    assert person.client.post(path, data={"reason": "露出了身份证"}).status_code == status
    assert len(kept(shop, invoice)) == (1 if status == 403 else 0)
    why = select(AuditEvent.detail).where(AuditEvent.action == "shop.invoice_picture_removed")
    notes = [detail["note"] for detail in db.session.scalars(why)]
    assert notes == ([] if status == 403 else ["露出了身份证"])


def test_who_added_it_does_not_take_it_down(shop: Shop, invoice: UUID, client: HouseClient) -> None:
    clerk = Screen(client, shop.cast.zhaofang)
    add(clerk, invoice)
    [found] = kept(shop, invoice)
    path = f"/shop/purchases/pictures/{found.id}/remove"
    assert clerk.client.post(path, data={"reason": "拍错了"}).status_code == 403
