"""A browser without scripts: it shows a page, fills its forms and sends them as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit
from uuid import UUID

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from pointsvc.kernel.ids import new_id
from tests.shop.conftest import Shop
from tests.support.cast import Person, bearer, sign_in_cookie
from tests.support.clients import HouseClient


@dataclass
class Form:
    """A form as the page shows it: where it goes, what it would send."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", "")))
        is_off = given.get("type") in {"checkbox", "radio"} and "checked" not in given
        if tag == "input" and given.get("name") and self.found and not is_off:
            self.found[-1].fields.append((given["name"], given.get("value", "")))


class Screen:
    """Somebody's screen: `show` a path, then `send` the form that goes to an address."""

    def __init__(self, client: HouseClient, person: Person) -> None:
        sign_in_cookie(client, person)
        self.client = client
        self.answer: TestResponse

    @property
    def page(self) -> str:
        """What is on the screen."""
        return self.answer.text

    @property
    def path(self) -> str:
        """Where the screen is."""
        return urlsplit(self.answer.request.url).path

    def show(self, path: str) -> TestResponse:
        """Go to an address."""
        self.answer = self.client.get(path)
        return self.answer

    def filled(self, action: str, **changes: str | list[str]) -> MultiDict[str, str]:
        """What the form would send, with some fields filled in."""
        parsed = Forms()
        parsed.feed(self.page)
        form = next(one for one in parsed.found if urlsplit(one.action).path == action)
        values: MultiDict[str, str] = MultiDict(form.fields)
        for name, text in changes.items():
            values.setlist(name, text if isinstance(text, list) else [text])
        return values

    def send(self, action: str, **changes: str | list[str]) -> TestResponse:
        """Send the form, and follow where it leads."""
        data = self.filled(action, **changes)
        self.answer = self.client.post(action, data=data, follow_redirects=True)
        return self.answer


def give_back_by_code(shop: Shop, till: Screen, order_id: UUID, code: str, **more: str) -> None:
    """A keeper's program gives one unit back, with a code that a supervisor showed (the API)."""
    line = {"order_line_id": str(shop.lines(order_id)[0].id), "quantity": 1}
    till.answer = till.client.post(
        f"/api/v1/orders/{order_id}/refunds",
        json={"lines": [line], "reason": "拿错了", "approver_code": code, **more},
        headers={**bearer(shop.cast.zhangdian), "Idempotency-Key": str(new_id())},
    )
