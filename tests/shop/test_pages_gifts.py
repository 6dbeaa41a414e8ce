"""Gifts on pages: papers, worth, the donor's own page, purposes, the register's search."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest

from pointsvc.kernel import clock
from pointsvc.members.queries import get_member
from pointsvc.shop.numbered import find_watched
from pointsvc.shop.queries.donations import page_of_donations
from pointsvc.shop.queries.gifts import find_papers, value_bases
from pointsvc.shop.queries.issues import page_of_issues
from pointsvc.shop.service import DonatedLine
from tests.plots.doing import photo
from tests.shop.conftest import SOAP, Shop, post
from tests.shop.giving import ELDERS, Giving
from tests.shop.screens import Screen
from tests.shop.test_pages_donations import NEW, give
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def keeper(shop: Shop, client: HouseClient) -> Screen:
    """张店's screen."""
    return Screen(client, shop.cast.zhangdian)


@pytest.fixture
def giving(shop: Shop) -> Giving:
    """The cast's shop."""
    return Giving(shop)


def address_in(page: str) -> str:
    """The donor's address as the page shows it."""
    found = re.search(r"/shop/given/[\w-]+", page)
    assert found is not None
    return found.group()


def test_the_same_barcode_twice_adds_to_the_row(shop: Shop, keeper: Screen) -> None:
    keeper.show(NEW)
    form = keeper.filled(NEW, scan=SOAP.barcode or "", product_id=str(shop.soap), quantity="1")
    page = keeper.client.post(NEW, data=form).text
    assert page.count('name="quantity"') == 1
    assert re.search(r'name="quantity"[^>]*value="2"', page)


def test_a_gift_keeps_its_worth_and_its_papers(shop: Shop, keeper: Screen) -> None:
    give(keeper, shop, value="85.50", value_basis="invoice", receiving_entity="惠农区慈善会")
    [gift] = page_of_donations(shop.community_id).rows
    papers = find_papers(shop.community_id, gift.id)
    assert papers is not None
    assert (gift.lines[0].value_fen, papers.receiving_entity) == (8550, "惠农区慈善会")
    assert value_bases(shop.community_id, [gift.lines[0].id]) == {gift.lines[0].id: "invoice"}
    assert ("85.50" in keeper.page, "惠农区慈善会" in keeper.page) == (True, True)


def test_a_charity_s_receipt_has_the_charity_s_number(shop: Shop, keeper: Screen) -> None:
    give(keeper, shop, receipt_kind="charity")
    assert (keeper.answer.status_code, "慈善组织开的票据号码" in keeper.page) == (422, True)
    give(keeper, shop, receipt_kind="charity", charity_receipt_no="宁财 0042")
    assert "宁财 0042" in keeper.page


def test_a_photograph_is_kept_with_the_gift(shop: Shop, keeper: Screen) -> None:
    keeper.show(NEW)
    form = keeper.filled(NEW, product_id=str(shop.soap), quantity="2", donor="李桂兰", save="1")
    whole: dict[str, Any] = {**form.to_dict(), "photo": (BytesIO(photo()), "gift.jpg")}
    page = keeper.client.post(NEW, data=whole, follow_redirects=True).text
    found = re.search(r"/shop/pictures/[\w-]+\.jpg", page)
    assert found is not None
    assert keeper.show(found.group()).mimetype == "image/jpeg"


def test_a_donor_looks_up_what_became_of_the_gift(
    shop: Shop, keeper: Screen, app_client: HouseClient
) -> None:
    """慈善法 art. 42: without an account, and nobody else is named."""
    give(keeper, shop)
    keeper.send(f"{keeper.path}/code")
    shop.points(shop.cast.limei, 100)
    shop.buy(shop.cast.limei, (shop.soap, 2))
    page = app_client.get(address_in(keeper.page)).text
    assert all(words in page for words in ("李桂兰", "香皂", ">18<", ">2<"))
    assert shop.cast.limei.name not in page


def test_a_new_address_ends_the_one_before(
    shop: Shop, keeper: Screen, app_client: HouseClient
) -> None:
    give(keeper, shop)
    path = keeper.path
    keeper.send(f"{path}/code")
    old = address_in(keeper.page)
    keeper.show(path)
    keeper.send(f"{path}/code")
    assert app_client.get(old).status_code == 404
    assert app_client.get(address_in(keeper.page)).status_code == 200


def test_a_donors_address_is_told_to_no_other_page(
    shop: Shop, keeper: Screen, app_client: HouseClient
) -> None:
    give(keeper, shop)
    keeper.send(f"{keeper.path}/code")
    headers = app_client.get(address_in(keeper.page)).headers
    kept = [headers[name] for name in ("Referrer-Policy", "Cache-Control", "X-Robots-Tag")]
    assert kept == ["no-referrer", "private, no-store", "noindex"]


def test_who_guesses_donors_addresses_is_slowed_down(app_client: HouseClient, shop: Shop) -> None:
    secret = f"{shop.community_id.hex}x"
    answers = [app_client.get(f"/shop/given/{secret}{n}").status_code for n in range(51)]
    assert (answers[0], answers[-1]) == (404, 429)


def test_the_letter_thanks_by_name(shop: Shop, keeper: Screen) -> None:
    give(keeper, shop)
    page = keeper.show(f"{keeper.path}/letter").text
    assert ("尊敬的李桂兰" in page, "20 件" in page) == (True, True)


def test_who_got_it_is_kept_by_id_and_not_by_name(
    shop: Shop, keeper: Screen, giving: Giving
) -> None:
    """The row is never erased: a member's name must not stand in it (个人信息保护法 art. 47)."""
    path = f"/shop/batches/{giving.restricted(5)}/issue"
    keeper.show(path)
    keeper.send(path, quantity="2", recipient="3 号楼李爷爷", code=shop.card(shop.cast.limei))
    assert (ELDERS in keeper.page, shop.on_hand(shop.soap)) == (True, 5)
    keeper.send(path)
    assert all(words in keeper.page for words in (ELDERS, "徐*", "领的人：李梅"))
    [issue] = page_of_issues(shop.community_id, shop.cast.shop_id).rows
    assert (issue.quantity, issue.recipient, issue.recipient_id) == (2, "", shop.cast.limei.id)


def test_a_member_without_a_card_is_found_by_number(
    shop: Shop, keeper: Screen, giving: Giving
) -> None:
    path = f"/shop/batches/{giving.restricted(5)}/issue"
    number = get_member(shop.community_id, shop.cast.limei.id).volunteer_no
    keeper.show(path)
    keeper.send(path, quantity="2", volunteer_no="99999")
    assert (keeper.answer.status_code, "没有这个编号的居民" in keeper.page) == (422, True)
    keeper.send(path, quantity="2", volunteer_no=str(number))
    assert (f"李*（编号 {number}）" in keeper.page, shop.on_hand(shop.soap)) == (True, 5)
    keeper.send(path)
    assert ("领的人：李梅" in keeper.page, shop.on_hand(shop.soap)) == (True, 3)


def test_the_question_is_answered_by_scanning_the_same_person(
    shop: Shop, keeper: Screen, giving: Giving
) -> None:
    path, limei = f"/shop/batches/{giving.restricted(5)}/issue", shop.card(shop.cast.limei)
    keeper.show(path)
    keeper.send(path, quantity="2", code=limei)
    keeper.send(path, sure="", again=shop.card(shop.cast.liuyang))
    assert ("刚才扫的是另一位" in keeper.page, shop.on_hand(shop.soap)) == (True, 5)
    keeper.send(path, code=limei)
    keeper.send(path, sure="", again=limei)
    assert ("领的人：李梅" in keeper.page, shop.on_hand(shop.soap)) == (True, 3)


def test_who_tries_volunteer_numbers_must_wait(shop: Shop, keeper: Screen, giving: Giving) -> None:
    """One budget with codes: what is tried at the hand-out desk is gone for proxies too."""
    path, desk = f"/shop/batches/{giving.restricted(5)}/issue", shop.cast.zhangdian.id
    for number in range(90_000, 90_050):
        assert find_watched(shop.community_id, desk, number, clock.now()) is None
    keeper.show(path)
    keeper.send(path, quantity="1", volunteer_no="1")
    assert keeper.answer.status_code == 429
    keeper.show("/shop/proxies")
    keeper.send("/shop/proxies", volunteer_no="1", name="李梅", relation="邻居")
    assert keeper.answer.status_code == 429


def test_of_others_how_many_they_are_and_which(shop: Shop, keeper: Screen, giving: Giving) -> None:
    path = f"/shop/batches/{giving.restricted(5)}/issue"
    assert "不要写姓名" in keeper.show(path).text
    keeper.send(path, quantity="2", recipient="5 号楼的独居老人")
    assert (keeper.answer.status_code, "填几个人" in keeper.page) == (422, True)
    keeper.send(path, quantity="6", people="3")
    assert (keeper.answer.status_code, "只有 5 件" in keeper.page) == (409, True)
    keeper.send(path, quantity="2")
    assert ("5 号楼的独居老人，3 人" in keeper.page, shop.on_hand(shop.soap)) == (True, 5)
    keeper.send(path)
    assert "5 号楼的独居老人，3 人" in keeper.page
    assert shop.on_hand(shop.soap) == 3


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"becomes": "free"}, 200, "可以在柜台上兑换了"),
        ({"to_purpose": "给学生"}, 200, "给学生"),
        ({"to_purpose": ""}, 422, "请写明新的用途"),
        ({"to_purpose": ELDERS}, 409, "和现在的一样"),
        ({"consent_way": ""}, 422, "必须填"),
    ],
)
def test_another_purpose_needs_the_donor_s_word(
    giving: Giving, client: HouseClient, changes: dict[str, str], status: int, said: str
) -> None:
    clerk = Screen(client, giving.shop.cast.zhaofang)
    path = f"/shop/batches/{giving.restricted(5)}/purpose"
    clerk.show(path)
    clerk.send(path, **({"consent_way": "letter", "evidence": "第 3 页"} | changes))
    assert (clerk.answer.status_code, said in clerk.page) == (status, True)


def test_the_supervisor_sees_who_noted_which_consent(
    shop: Shop, giving: Giving, client: HouseClient
) -> None:
    giving.repurpose(giving.restricted(5), "给学生")
    hedu = Screen(client, shop.cast.hedu)
    page = hedu.show("/shop/restricted").text
    assert all(words in page for words in ("给学生", "书面同意", "档案第 3 页", "张店 记的"))


def test_the_keeper_alone_frees_nothing(keeper: Screen, giving: Giving) -> None:
    batch_id = giving.restricted(5)
    assert keeper.show(f"/shop/batches/{batch_id}/purpose").status_code == 403
    assert f"/shop/batches/{batch_id}/purpose" not in keeper.show("/shop/restricted").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=徐海", 1),
        ("q=独居", 1),
        ("q=香皂", 2),
        ("q=2", 1),
        ("month=2026-11", 2),
        ("month=2026-10", 0),
    ],
)
def test_the_register_is_searched(
    shop: Shop, keeper: Screen, giving: Giving, query: str, found: int
) -> None:
    giving.restricted(5)
    giving.give(DonatedLine(shop.soap, 1), donor="红色物业", kind="organisation")
    page = keeper.show(f"/shop/donations?{query}").text
    assert page.count('data-label="凭证号"') == found
    lines = keeper.show(f"/shop/donations.csv?{query}").text.splitlines()
    assert len(lines) == found + 1


def test_goods_past_their_date_are_refused_by_the_side_door(
    shop: Shop, client: HouseClient
) -> None:
    line = {"product_id": str(shop.soap), "quantity": 2, "best_before": "2026-11-20"}
    answer = post(client, "/donations", {"donor": None, "lines": [line]}, shop.cast.zhangdian)
    assert (answer.status, answer.json["code"]) == (422, "shop.past_date")
    assert "best_before" in answer.json["errors"]["lines"]["0"]
    assert shop.on_hand(shop.soap) == 0


@pytest.fixture
def app_client(shop: Shop, client: HouseClient) -> HouseClient:  # noqa: ARG001 - the shop is there
    """Somebody without an account, on a phone of their own."""
    stranger = client.application.test_client(use_cookies=False)
    assert isinstance(stranger, HouseClient)
    return stranger
