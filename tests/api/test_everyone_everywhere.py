"""Everybody asks at every address of the house; a new one is in these tests by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from pointsvc.extensions import Base, db
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.paging import seal_cursor
from pointsvc.kernel.permission import SIGNED_IN
from pointsvc.organisation.permissions import PERMISSIONS
from pointsvc.web.addresses import ELSEWHERE, TABLES
from tests.api.asking import UNSAFE, Address, addresses, argument_of, body_for, rules
from tests.api.truth import Truth
from tests.api.world import STAFF, World
from tests.support.cast import PEOPLE

OWN: Final = {
    "limei": {"volunteer"},
    "wangqiang": {"volunteer", "leader"},
    "zhangdian": {"volunteer", "keeper"},
    "zhoumin": {"auditor"},
    "zhaofang": {"volunteer", "clerk"},
    "sungang": {"volunteer", "attendant"},
    "hedu": {"volunteer", "supervisor"},
    "heyun": {"operator"},
    "staff": {"volunteer", *STAFF},
    "scanner": {"scanner"},
    "kiosk": {"kiosk"},
    "till": {"till"},
}
DEVICES: Final = ("scanner", "kiosk", "till")
STRANGERS: Final = ("chenjing", "staff_abroad", "auditor_abroad")
# Devices see masked names, and an operator nobody's.
NAMELESS: Final = (*DEVICES, "heyun")
NAMES: Final = (*(name for name, _phone, _door in PEOPLE.values()), "赵小二")
# Whoever has the one-time token in its address is the person or machine that it was made for.
WITH_OUR_TOKEN: Final = {"web.accept_invitation", "web.enrol_device"}
# What a look or a tap writes about oneself.
OF_ONESELF: Final = {
    "sign_ins",
    "consents",
    "audit_events",
    "code_directory",
    "typed_codes",
    "members",
    "outbox_messages",
    "calendar_feeds",
    "message_wishes",
    "email_proofs",
}
QUERIED: Final = (
    *("after", "before", "q", "on", "month", "page", "limit", "order", "state", "role", "kind"),
    *("view", "place_id", "shop_id", "member_id", "next", "since", "until", "year", "actor_id"),
)
NONSENSE: Final = (
    "x\0y",
    seal_cursor("9" * 30),
    seal_cursor("9" * 30, new_id()),
    seal_cursor("x", "\0"),
    "9" * 30,
    "9999-12-31",
    "0001-01-01",
)
# Who may come in is decided above the database.
ENOUGH: Final = pytest.mark.engines("sqlite")


class Asked:
    """Asks one address after another and remembers what was wrong."""

    def __init__(self, app: Flask, client: FlaskClient, world: World) -> None:
        self.app = app
        self.client = client
        self.world = world
        self.truth = Truth(app)
        self.untrue: list[str] = []

    def addresses(self) -> list[Address]:
        return addresses(self.app, self.world)

    def ask(
        self,
        asker: str,
        address: Address,
        *,
        with_body: bool = False,
        query: dict[str, str] | None = None,
    ) -> TestResponse:
        """One request with a fresh token; an exception inside the house is a 500 with its name."""
        with self.app.app_context():
            headers = self.world.headers(asker)
        if address.method in UNSAFE:
            headers["Idempotency-Key"] = "everyone"
        body: dict[str, Any] = {}
        if with_body and address.method in UNSAFE:
            filled = body_for(self.app, address, self.world)
            body = {"json": filled} if address.is_api else {"data": filled}
        answer = self.client.open(
            address.path, method=address.method, headers=headers, query_string=query, **body
        )
        self.untrue += self.truth.faults(answer)
        return answer


@pytest.fixture
def asked(app: Flask, world: World) -> Iterator[Asked]:
    """Keeps no cookies from one asker to the next; what breaks is a 500, told with its address."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    asked = Asked(app, app.test_client(use_cookies=False), world)
    yield asked
    app.config["PROPAGATE_EXCEPTIONS"] = True
    assert asked.untrue == [], "pointsvc/web/document.py"


def told_of_us(answer: TestResponse, address: Address) -> list[str]:
    """Names of our people that an answer carries; the invited person's own page may."""
    if address.endpoint in WITH_OUR_TOKEN:
        return []
    text = answer.get_data(as_text=True) + unquote(answer.headers.get("Location", ""))
    return [name for name in NAMES if name in text]


@ENOUGH
def test_every_argument_of_an_address_has_something_real(app: Flask, world: World) -> None:
    nothing = {
        f"{rule.rule}: {name}"
        for rule in rules(app)
        for name in rule.arguments
        if argument_of(rule, name, world) is None
    }
    assert nothing == set(), "let it happen in tests/api/world.py"
    assert TABLES.keys() - world.ids.keys() == set()


def test_every_id_in_an_address_is_looked_up_before_the_view(wired_app: Flask) -> None:
    ids = {
        name
        for rule in rules(wired_app)
        for name in rule.arguments
        if type(rule._converters[name]).__name__ == "UUIDConverter"
    }
    assert ids - TABLES.keys() - ELSEWHERE == set(), "pointsvc/web/addresses.py"


@ENOUGH
def test_nobody_is_asked_to_sign_in(asked: Asked) -> None:
    wrong = []
    for address in asked.addresses():
        answer = asked.ask("nobody", address)
        is_right = answer.status_code < 500 if address.is_public else is_sent_away(answer, address)
        if not is_right or told_of_us(answer, address):
            wrong.append(f"{address}: {answer.status_code} {told_of_us(answer, address)}")
    assert wrong == [], "\n".join(wrong)


def is_sent_away(answer: TestResponse, address: Address) -> bool:
    """A page sends people to the sign-in; everything else says 401."""
    if answer.status_code == 302 and address.method in {"GET", "HEAD"} and not address.is_api:
        return urlsplit(answer.headers["Location"]).path == "/sign-in"
    return answer.status_code == 401


@ENOUGH
@pytest.mark.parametrize("asker", STRANGERS)
def test_ours_is_404_to_another_community(asked: Asked, asker: str) -> None:
    wrong = []
    for address in asked.addresses():
        answer = asked.ask(asker, address)
        is_ours = not address.is_public and address.rule.arguments & TABLES.keys()
        if (is_ours and answer.status_code != 404) or told_of_us(answer, address):
            wrong.append(f"{address}: {answer.status_code} {told_of_us(answer, address)}")
    assert wrong == [], "\n".join(wrong)


@ENOUGH
@pytest.mark.parametrize("asker", ["chenjing", "staff_abroad"])
def test_strangers_change_nothing_of_ours(asked: Asked, asker: str) -> None:
    """Our ids in every address, form and body that a stranger can send."""
    before = rows_of_ours(asked)
    for address in asked.addresses():
        if address.method in UNSAFE and address.endpoint not in WITH_OUR_TOKEN:
            answer = asked.ask(asker, address, with_body=True)
            assert answer.status_code < 500, f"{address}: {answer.status_code}"
            assert not told_of_us(answer, address), str(address)
    assert rows_of_ours(asked) == before


@ENOUGH
@pytest.mark.parametrize("asker", OWN)
def test_everyone_gets_what_their_role_may_and_nothing_else(asked: Asked, asker: str) -> None:
    """403 without the permission; nothing ever breaks, with an empty body or a filled one."""
    wrong = unfair(asked, asker)
    assert wrong == [], "\n".join(wrong)


@pytest.mark.engines("postgresql")  # The embedded database has had its turn above.
def test_nothing_breaks_on_postgresql(asked: Asked) -> None:
    wrong = unfair(asked, "staff")
    assert wrong == [], "\n".join(wrong)


def unfair(asked: Asked, asker: str) -> list[str]:
    """The answers that somebody should not have got."""
    wrong = []
    for address in asked.addresses():
        for with_body in (False, True) if address.method in UNSAFE else (False,):
            answer = asked.ask(asker, address, with_body=with_body)
            if not is_fair(answer, address, asker):
                wrong.append(f"{address}: {answer.status_code} {told_of_us(answer, address)}")
    return wrong


def is_fair(answer: TestResponse, address: Address, asker: str) -> bool:
    if not address.is_public and not may_ask(asker, address):
        # To the operator, who is of no community, what is inside one does not exist.
        is_hidden = asker == "heyun" and bool(address.rule.arguments & TABLES.keys())
        return answer.status_code == (404 if is_hidden else 403)
    if asker in NAMELESS and told_of_us(answer, address):
        return False
    return answer.status_code < 500 and (answer.status_code != 401 or address.is_public)


def may_ask(asker: str, address: Address) -> bool:
    if address.permission == SIGNED_IN:
        return asker not in DEVICES
    return bool(OWN[asker] & PERMISSIONS[address.permission])


@ENOUGH
@pytest.mark.parametrize("asker", ["zhoumin", "heyun"])
def test_a_query_of_nonsense_breaks_nothing(asked: Asked, asker: str) -> None:
    wrong = broken_by_nonsense(asked, asker)
    assert wrong == [], "\n".join(wrong)


@pytest.mark.engines("postgresql")  # SQLite has had its turn above
def test_a_query_of_nonsense_breaks_neither_database(asked: Asked) -> None:
    wrong = broken_by_nonsense(asked, "staff")
    assert wrong == [], "\n".join(wrong)


def broken_by_nonsense(asked: Asked, asker: str) -> list[str]:
    """Cursors that are not ours, ids and days that are none, controls, numbers beyond any column."""
    wrong = []
    for address in asked.addresses():
        if address.method == "GET" and (address.is_public or may_ask(asker, address)):
            for text in NONSENSE:
                query = dict.fromkeys(QUERIED, text)
                status = asked.ask(asker, address, query=query).status_code
                if status >= 500:
                    wrong.append(f"{address} {text!r}: {status}")
    return wrong


@ENOUGH
def test_an_auditor_changes_nothing(asked: Asked) -> None:
    """Who audits reads all of the community's books and holds no role that writes."""
    before = rows_of_ours(asked)
    for address in asked.addresses():
        if address.method in UNSAFE and not address.is_public:
            asked.ask("zhoumin", address, with_body=True)
    after = rows_of_ours(asked)
    changed = {name for name in after if after[name] != before[name]}
    assert changed - OF_ONESELF == set()


@ENOUGH
def test_a_look_at_an_address_changes_nothing(asked: Asked) -> None:
    """Chat apps open links to preview them: GET and HEAD show, and only a button posts."""
    before = rows_of_ours(asked)
    for address in asked.addresses():
        if address.method not in UNSAFE:
            for asker in ("nobody", "zhaofang", "wangqiang", "zhangdian"):
                asked.ask(asker, address)
    after = rows_of_ours(asked)
    changed = {name for name in after if after[name] != before[name]}
    assert changed - OF_ONESELF == set()


def rows_of_ours(asked: Asked) -> dict[str, list[str]]:
    """Every row of our community, table by table."""
    home = asked.world.cast.community_id
    with asked.app.app_context():
        return {
            table.name: sorted(
                str(tuple(row))
                for row in db.session.execute(select(table).where(table.c.community_id == home))
            )
            for table in Base.metadata.sorted_tables
            if "community_id" in table.c
        }
