"""One transfer: both sides, why, by whom, what corrects it, and the deed behind it."""

from __future__ import annotations

import re

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.kernel.ids import new_id
from pointsvc.ledger.queries import StatementRow, statement
from tests.checkin.duty import Duty
from tests.disclosure.office import Office
from tests.support.cast import Cast, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


@pytest.fixture
def auditor(cast: Cast, database: SQLAlchemy, client: HouseClient) -> HouseClient:  # noqa: ARG001
    """周敏 at the books."""
    sign_in_cookie(client, cast.zhoumin)
    return client


def words(client: HouseClient, address: str) -> str:
    """The words of a page, blanks as one."""
    page = client.get(address).get_data(as_text=True)
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def row_of(office: Office, kind: str) -> StatementRow:
    """李梅's entry of a kind."""
    page = statement(community_id=office.community_id, member_id=office.cast.limei.id)
    return next(row for row in page.rows if row.kind == kind)


def test_an_award_goes_from_the_community_to_a_wallet(
    november: Office, auditor: HouseClient
) -> None:
    award = row_of(november, "award")
    seen = words(auditor, f"/ledger/transfers/{award.transfer_id}")
    assert "从哪里出 账户 发放 属于 社区" in seen
    assert "到哪里去 账户 可用 属于 李梅 可用到 2027年12月31日" in seen
    assert award.hash.hex() in seen


def test_a_correction_and_what_it_corrects_lead_to_each_other(
    november: Office, auditor: HouseClient
) -> None:
    back = row_of(november, "take_back")
    page = auditor.get(f"/ledger/transfers/{back.transfer_id}").get_data(as_text=True)
    [original] = re.findall(r'它冲正的是.*?href="/ledger/transfers/([0-9a-f-]+)"', page, re.DOTALL)
    corrected = auditor.get(f"/ledger/transfers/{original}").get_data(as_text=True)
    assert re.search(
        rf'冲正它的.*?href="/ledger/transfers/{back.transfer_id}"', corrected, re.DOTALL
    )


def test_both_people_of_a_correction_are_named(november: Office, auditor: HouseClient) -> None:
    back = row_of(november, "take_back")
    seen = words(auditor, f"/ledger/transfers/{back.transfer_id}")
    assert "谁记的 赵芳 谁批的 何督" in seen


def test_the_deed_of_a_payment_is_its_goods_and_receipt(
    november: Office, auditor: HouseClient
) -> None:
    paid = row_of(november, "payment")
    assert "香皂 × 3 · 小票 1" in words(auditor, f"/transfers/{paid.transfer_id}/deed")


def test_the_deed_of_an_award_is_its_attendance_and_tariff(
    cast: Cast, database: SQLAlchemy, auditor: HouseClient, clock: FrozenClock
) -> None:
    duty = Duty(cast)
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card, "in")
    clock.advance(minutes=110)
    duty.scan(cast.wangqiang, card, "out")
    database.session.rollback()
    [row] = statement(community_id=cast.community_id, member_id=cast.limei.id).rows
    seen = words(auditor, f"/transfers/{row.transfer_id}/deed")
    assert "是谁 李梅 事由 责任田养护" in seen
    assert "1号田 · 2026年11月21日 09:00–10:50" in seen
    assert "第几版 1" in seen


def test_an_unknown_transfer_is_not_there(auditor: HouseClient) -> None:
    assert auditor.get(f"/ledger/transfers/{new_id()}").status_code == 404
    assert auditor.get(f"/transfers/{new_id()}/deed").status_code == 404


@pytest.mark.parametrize("name", ["limei", "zhaofang", "hedu"])
def test_nobody_else_reads_transfers(november: Office, client: HouseClient, name: str) -> None:
    paid = row_of(november, "payment")
    sign_in_cookie(client, getattr(november.cast, name))
    for address in (f"/ledger/transfers/{paid.transfer_id}", f"/transfers/{paid.transfer_id}/deed"):
        assert client.get(address).status_code == 403
