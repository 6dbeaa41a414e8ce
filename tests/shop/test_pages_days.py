"""Exchange days on the pages: planned, wished for, drawn, called, checked, printed."""

from __future__ import annotations

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.devices import create_device, enrol
from pointsvc.shop.errors import DayDisordered
from pointsvc.shop.queries.exchange_days import days_of_shops
from tests.shop.conftest import Shop
from tests.shop.screens import Screen
from tests.shop.sharing import Sharing
from tests.support.cast import Person
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def sharing(shop: Shop) -> Sharing:
    """Two bars of soap to share out; 李梅 and 刘洋 can pay."""
    shop.stock(shop.soap, 2)
    for person in (shop.cast.limei, shop.cast.liuyang):
        shop.points(person, 100)
    made = Sharing(shop)
    made.day_id = made.plan((shop.soap, 1))
    return made


def screen_of(client: HouseClient, person: Person) -> Screen:
    return Screen(client, person)


def drawn(sharing: Sharing, clock: FrozenClock) -> Sharing:
    """李梅 and 刘洋 wished, one has it."""
    for person in (sharing.shop.cast.limei, sharing.shop.cast.liuyang):
        sharing.wish(sharing.day_id, person, sharing.shop.soap)
    clock.advance(days=2)
    sharing.draw(sharing.day_id)
    return sharing


def test_the_clerk_plans_a_day_with_what_is_filled_in(
    sharing: Sharing, client: HouseClient
) -> None:
    shop = sharing.shop
    desk = screen_of(client, shop.cast.zhaofang)
    assert "安排兑换日" in desk.show("/shop/days").text
    desk.show("/shop/days/new")
    form = desk.filled("/shop/days/new", quantity="1")
    taps = [client.post("/shop/days/new", data=form).status_code for _tap in range(2)]
    assert (taps, "登记中" in desk.show("/shop/days").text) == ([303, 303], True)
    assert len(days_of_shops(shop.community_id, [shop.cast.shop_id])) == 2
    assert shop.product(shop.soap).reserved == 2


def test_a_day_in_the_wrong_order_is_refused(sharing: Sharing, client: HouseClient) -> None:
    desk = screen_of(client, sharing.shop.cast.zhaofang)
    desk.show("/shop/days/new")
    desk.send("/shop/days/new", quantity="1", wishes_until_on="2027-06-01")
    assert desk.answer.status_code == DayDisordered.status
    assert str(DayDisordered.message) in desk.page


def test_a_resident_wishes_and_takes_it_back(sharing: Sharing, client: HouseClient) -> None:
    shop, day_id = sharing.shop, sharing.day_id
    phone = screen_of(client, shop.cast.limei)
    phone.show("/shop/exchange-day")
    phone.send(f"/shop/days/{day_id}/wishes", product_id=str(shop.soap))  # the first time is chosen
    assert "签号 1" in phone.page
    [wish] = sharing.wishes(day_id)
    phone.send(f"/shop/wishes/{wish.id}/withdraw")
    assert sharing.wishes(day_id) == []


def test_the_clerk_writes_a_wish_down_and_draws(
    sharing: Sharing, client: HouseClient, clock: FrozenClock
) -> None:
    shop, day_id = sharing.shop, sharing.day_id
    desk = screen_of(client, shop.cast.zhaofang)
    desk.show(f"/shop/days/{day_id}")
    slot = desk.page.split('id="field-slot_id"')[1].split('<option value="')[1].split('"')[0]
    desk.send(
        f"/shop/days/{day_id}/wishes/desk",
        code=shop.card(shop.cast.limei),
        product_id=str(shop.soap),
        slot_id=slot,
    )
    clock.advance(days=2)
    desk.show(f"/shop/days/{day_id}")
    desk.send(f"/shop/days/{day_id}/draw", spoken="大吉大利")
    assert "重新算了一遍" in desk.page
    assert sharing.of(day_id, "given") == [shop.cast.limei.id]


def test_everybody_sees_what_came_of_it(
    sharing: Sharing, client: HouseClient, clock: FrozenClock
) -> None:
    sharing = drawn(sharing, clock)
    pages = [
        screen_of(client, person).show("/shop/exchange-day").text
        for person in (sharing.shop.cast.limei, sharing.shop.cast.liuyang)
    ]
    assert sorted("有您家的" in page for page in pages) == [False, True]
    assert sorted("排在第 2 位" in page for page in pages) == [False, True]


def test_the_draw_shows_no_names_and_before_it_no_seed(
    sharing: Sharing, client: HouseClient, clock: FrozenClock
) -> None:
    phone = screen_of(client, sharing.shop.cast.wangqiang)
    assert "事先封存" in phone.show(f"/shop/days/{sharing.day_id}/draw").text
    assert "公布的种子" not in phone.page
    drawn(sharing, clock)
    phone.show(f"/shop/days/{sharing.day_id}/draw")
    assert "sha256sum" in phone.page
    assert sharing.shop.cast.limei.name not in phone.page


def test_the_screen_calls_numbers_and_knows_nobody(
    sharing: Sharing, client: HouseClient, clock: FrozenClock
) -> None:
    sharing, shop = drawn(sharing, clock), sharing.shop
    clock.advance(days=1)
    desk = screen_of(client, shop.cast.zhaofang)
    desk.show(f"/shop/days/{sharing.day_id}")
    desk.send(f"/shop/days/{sharing.day_id}/call")
    assert "请 1 号" in desk.page
    client.delete_cookie("sign_in")
    client.set_cookie("device", _kiosk(shop))
    page = client.get("/shop/screen").text
    assert 'class="number queue-newest">1<' in page
    assert not any(person.name in page for person in (shop.cast.limei, shop.cast.liuyang))
    assert client.get("/shop/screen/box").status_code == 200


def test_the_list_for_the_board_is_masked(
    sharing: Sharing, client: HouseClient, clock: FrozenClock
) -> None:
    sharing = drawn(sharing, clock)
    [winner] = sharing.of(sharing.day_id, "given")
    cast = sharing.shop.cast
    name = cast.limei.name if winner == cast.limei.id else cast.liuyang.name
    desk = screen_of(client, cast.zhaofang)
    assert name not in desk.show(f"/shop/days/{sharing.day_id}/list").text
    assert name in desk.show(f"/shop/days/{sharing.day_id}/list?to=desk").text


def test_a_day_is_called_off_from_its_page(sharing: Sharing, client: HouseClient) -> None:
    desk = screen_of(client, sharing.shop.cast.zhaofang)
    desk.show(f"/shop/days/{sharing.day_id}")
    desk.send(f"/shop/days/{sharing.day_id}/cancel")
    assert sharing.shop.product(sharing.shop.soap).reserved == 0


def _kiosk(shop: Shop) -> str:
    def work() -> str:
        code = create_device(
            community_id=shop.community_id,
            device_id=new_id(),
            kind="kiosk",
            name="大屏",
            place_id=shop.cast.shop_id,
            actor=SYSTEM,
            now=clocks.now(),
        )
        return enrol(code=code, agent="test", now=clocks.now()).visit.token

    return transact(work)
