"""The blueprint, and what every page of the shop needs: which shop, whose desk, which day."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from flask import Blueprint, render_template, request

from pointsvc.communities.queries import PlaceFacts, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound, Refusal
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_actor_id, current_caller, current_community_id
from pointsvc.shop.counter import Desk
from pointsvc.shop.queries.shops import inspected_shops, kept_shops, open_shops, stocked_shops

TEXT_MAX: Final = 600
blueprint = Blueprint("shop", __name__, url_prefix="/shop")


def today(now: datetime) -> date:
    """The day in the community's zone."""
    return clock.local_day(now, zone())


def zone() -> str:
    """The community's time zone."""
    return get_community(current_community_id()).zone


def desk_with(key: str, now: datetime) -> Desk:
    """The reader's desk with the key that their page was made with."""
    return Desk(current_community_id(), current_actor_id(), key, now)


def new_key() -> str:
    """A key for the one deed of the page that is being made."""
    return str(new_id())


def my_counters() -> list[PlaceFacts]:
    """Where the reader serves; at a till its own shop only."""
    return _at_this_till(kept_shops(current_community_id(), current_actor_id()))


def my_stockrooms() -> list[PlaceFacts]:
    """Whose goods the reader looks after."""
    return _at_this_till(stocked_shops(current_community_id(), current_actor_id()))


def my_view() -> list[PlaceFacts]:
    """Whose books the reader may read."""
    return _at_this_till(inspected_shops(current_community_id(), current_actor_id()))


def chosen_of(shops: Sequence[PlaceFacts]) -> PlaceFacts | None:
    """The shop that the request names, or the only one; None where there are several or none.

    Raises:
        NotFound: no such open shop here. Forbidden: another's.
    """
    asked = request.values.get("shop_id")
    if not asked:
        return shops[0] if len(shops) == 1 else None
    shop_id = id_in(asked)
    if (found := next((shop for shop in shops if shop.id == shop_id), None)) is not None:
        return found
    known = {shop.id for shop in open_shops(current_community_id())}
    raise Forbidden if shop_id in known else NotFound


def choose(shops: Sequence[PlaceFacts], endpoint: str) -> str:
    """Ask which shop, or say that there is none."""
    return render_template("shop/choose.html", shops=shops, endpoint=endpoint)


def id_in(text: str | None) -> UUID:
    """An id in an address or a form. Raises NotFound for what is none."""
    try:
        return UUID(text or "")
    except ValueError as error:
        raise NotFound from error


def looked_for(name: str = "q") -> str:
    """What the reader looks for: plain, short, without control characters."""
    text = unicodedata.normalize("NFKC", request.values.get(name, ""))
    return "".join(sign for sign in text if sign.isprintable()).strip()[:TEXT_MAX]


def check_open(shop_id: UUID, shops: Sequence[PlaceFacts]) -> None:
    """Let those in whose shops these are. Raises Forbidden."""
    if all(shop.id != shop_id for shop in shops):
        raise Forbidden


def shown_here(refusal: Refusal) -> Refusal:
    """The refusal, where the page can show it; who may not be here at all is refused as usual."""
    if refusal.status in {401, 403, 404}:
        raise refusal
    return refusal


def faults_of(refusal: Refusal | None) -> dict[str, object]:
    """The messages beside the fields."""
    return refusal.errors if isinstance(refusal, Invalid) else {}


def is_part() -> bool:
    """Whether htmx asks for a part of a page."""
    return "HX-Request" in request.headers


def layout() -> str:
    """What a page at the till extends: to htmx it needs no frame."""
    return "partial.html" if is_part() else "layout.html"


def _at_this_till(shops: list[PlaceFacts]) -> list[PlaceFacts]:
    caller = current_caller()
    if caller.on_device_id is None or caller.place_id is None:
        return shops
    return [shop for shop in shops if shop.id == caller.place_id]
