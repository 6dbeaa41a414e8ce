"""Keepers ask, supervisors answer, neighbours collect and carry: what tests of the counter do."""

from __future__ import annotations

from uuid import UUID

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.service import grant_role
from pointsvc.shop.counter import Desk, Exchanged, exchange
from pointsvc.shop.rules import WantedLine
from pointsvc.shop.service.deliveries import bring_back, hand_over, send_home
from pointsvc.shop.service.proxies import name_proxy, revoke_proxy
from pointsvc.shop.service.refunds import RefundReceipt, ReturnedLine
from pointsvc.shop.service.requests import Asked, Kind, ask_return, decide_return
from tests.shop.conftest import Shop
from tests.support.cast import Person


def ask(
    shop: Shop,
    order_id: UUID,
    *lines: tuple[UUID, int],
    kind: Kind = "refund",
    keeper: Person | None = None,
) -> UUID:
    """Ask to take back these lines, the whole order where none is named."""
    wanted = lines or [(line.id, line.quantity) for line in shop.lines(order_id)]
    back = [ReturnedLine(*line) for line in wanted]
    asked = Asked(new_id(), kind, order_id, back, "拿错了")
    keeper_id = (keeper or shop.cast.zhangdian).id
    return transact(
        lambda: ask_return(
            community_id=shop.community_id, asked=asked, keeper_id=keeper_id, now=clock.now()
        )
    )


def decide(
    shop: Shop,
    request_id: UUID,
    person: Person | None = None,
    *,
    approve: bool = True,
    on_device_id: UUID | None = None,
) -> RefundReceipt | None:
    """何督, or whoever is named, answers."""
    person_id = (person or shop.cast.hedu).id
    caller = Caller("member", person_id, shop.community_id, on_device_id=on_device_id)
    return transact(
        lambda: decide_return(
            community_id=shop.community_id,
            caller=caller,
            request_id=request_id,
            approve=approve,
            answer=None if approve else "东西拆开了",
            now=clock.now(),
        )
    )


def make_supervisor(shop: Shop, person: Person) -> None:
    """One supervisor more."""
    transact(
        lambda: grant_role(
            community_id=shop.community_id,
            grant_id=new_id(),
            member_id=person.id,
            role="supervisor",
            granted_by=SYSTEM,
            now=clock.now(),
        )
    )


def name(shop: Shop, member: Person, person: Person, by: Person | None = None) -> UUID:
    """The member lets somebody collect; the naming's id."""
    proxy_id = new_id()
    transact(
        lambda: name_proxy(
            community_id=shop.community_id,
            proxy_id=proxy_id,
            member_id=member.id,
            proxy_member_id=person.id,
            relation="邻居",
            named_by_id=(by or member).id,
            now=clock.now(),
        )
    )
    return proxy_id


def take_back(shop: Shop, proxy_id: UUID, by: Person) -> None:
    """No longer."""
    transact(
        lambda: revoke_proxy(
            community_id=shop.community_id, proxy_id=proxy_id, by_id=by.id, now=clock.now()
        )
    )


def collect(shop: Shop, member: Person, proxy_id: UUID, quantity: int = 1) -> Exchanged:
    """Somebody comes with the member's card."""
    desk = Desk(shop.community_id, shop.cast.zhangdian.id, str(new_id()), clock.now())
    card = shop.card(member)
    return exchange(
        desk,
        shop_id=shop.cast.shop_id,
        read_code=desk.reader(card),
        shown=card,
        lines=[WantedLine(shop.soap, quantity)],
        pin=None,
        proxy_id=proxy_id,
    )


def send(shop: Shop, order_id: UUID) -> UUID:
    """Put it on the list; the delivery's id."""
    delivery_id = new_id()
    transact(
        lambda: send_home(
            community_id=shop.community_id,
            delivery_id=delivery_id,
            order_id=order_id,
            note="三楼，敲门重一点",
            keeper_id=shop.cast.zhangdian.id,
            now=clock.now(),
        )
    )
    return delivery_id


def sign(shop: Shop, delivery_id: UUID) -> None:
    """The family signed."""
    transact(
        lambda: hand_over(
            community_id=shop.community_id,
            delivery_id=delivery_id,
            received_by="family",
            keeper_id=shop.cast.zhangdian.id,
            now=clock.now(),
        )
    )


def carry_back(shop: Shop, delivery_id: UUID) -> UUID:
    """Nobody was there; the request's id."""
    return transact(
        lambda: bring_back(
            community_id=shop.community_id,
            delivery_id=delivery_id,
            reason="家里没人",
            keeper_id=shop.cast.zhangdian.id,
            now=clock.now(),
        )
    )


def help_each_other(shop: Shop, order_id: UUID) -> None:
    """刘洋 may collect for 李梅; one soap of an exchange is on its way, and asked back."""
    name(shop, shop.cast.limei, shop.cast.liuyang)
    send(shop, order_id)
    ask(shop, order_id, (shop.lines(order_id)[0].id, 1))
