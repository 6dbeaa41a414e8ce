"""The auditor's landing: what the books hold, and having everything recomputed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import update

from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.inspection import (
    Finding,
    Inspection,
    find_last_inspection,
    note_inspection,
)
from pointsvc.ledger.queries import statement
from pointsvc.ledger.totals import totals_by_kind
from pointsvc.ledger.transfers import passbook_id
from pointsvc.ledger.words import CHECKS, KINDS
from pointsvc.shop.models import Product
from tests.disclosure.office import Office, appoint_auditor
from tests.support.cast import bearer, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


def as_auditor(client: HouseClient, office: Office) -> HouseClient:
    sign_in_cookie(client, office.cast.zhoumin)
    return client


def page(client: HouseClient, address: str = "/ledger") -> str:
    return client.get(address).get_data(as_text=True)


def test_the_auditor_lands_on_the_books(november: Office, client: HouseClient) -> None:
    assert as_auditor(client, november).get("/").location == "/ledger"


def test_every_kind_that_was_posted_is_totalled(november: Office, client: HouseClient) -> None:
    as_auditor(client, november)
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    totals = totals_by_kind(
        community_id=november.community_id, first=first, last=last, with_ever=True
    )
    shown = page(client, "/ledger?ever=1")
    assert {total.kind for total in totals} >= {"opening", "award", "payment", "refund", "expire"}
    assert [total.kind for total in totals if str(KINDS[total.kind]) not in shown] == []
    awards = next(total for total in totals if total.kind == "award")
    assert (awards.amount, awards.amount_ever, awards.count_ever) == (255, 305, 4)


def test_a_month_is_totalled_without_reading_the_years_before(
    november: Office, client: HouseClient
) -> None:
    as_auditor(client, november)
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    totals = totals_by_kind(community_id=november.community_id, first=first, last=last)
    assert {total.count_ever for total in totals} == {None}
    assert ("全部笔数" in page(client), "全部笔数" in page(client, "/ledger?ever=1")) == (
        False,
        True,
    )


def test_verifying_finds_that_everything_holds(november: Office, client: HouseClient) -> None:
    november.seal(date(2026, 11, 20))
    answer = as_auditor(client, november).post("/ledger/verify")
    assert (answer.status_code, answer.location) == (303, "/ledger#inspection")
    found = find_last_inspection(november.community_id)
    assert found is not None
    assert (found.by_id, found.inspection.ok) == (november.cast.zhoumin.id, True)
    assert "上次核验：账本成立" in page(client)


def test_all_rooms_answer_when_everything_is_verified(
    november: Office, client: HouseClient
) -> None:
    as_auditor(client, november).post("/ledger/verify")
    found = find_last_inspection(november.community_id)
    assert found is not None
    assert {finding.id for finding in found.inspection.findings} == set(CHECKS)
    looked_at = {each.id for each in found.inspection.findings if each.count}
    assert looked_at >= {"A1", "L1", "L2", "L4", "L12", "H1", "S1", "S2", "S4"}


def test_broken_stock_is_found_and_said(november: Office, client: HouseClient) -> None:
    transact(lambda: db.session.execute(update(Product).values(on_hand=99)))
    as_auditor(client, november).post("/ledger/verify")
    shown = page(client)
    assert "上次核验：账本有误" in shown
    assert str(CHECKS["S1"]) in shown
    assert str(november.shop.soap) in shown


def test_what_is_broken_leads_to_its_passbook_or_transfer(
    november: Office, client: HouseClient
) -> None:
    limei, home = november.cast.limei.id, november.community_id
    [newest] = statement(community_id=home, member_id=limei, limit=1).rows
    broken = [f"{passbook_id(home, limei, 'points')}/2", str(newest.transfer_id), "2026-11-20"]
    seen = Inspection([Finding("L4", 9, 3, broken)], 9, "00" * 32, 7)
    transact(
        lambda: note_inspection(
            community_id=home, inspection=seen, inspected_by_id=limei, now=clock.now()
        )
    )
    shown = page(as_auditor(client, november))
    assert f'href="/ledger/passbooks/{limei}"' in shown
    assert f'href="/ledger/transfers/{newest.transfer_id}"' in shown


def test_seals_show_that_each_chains_to_the_day_before(
    november: Office, client: HouseClient
) -> None:
    roots = [november.seal(date(2026, 11, day)) for day in (18, 19, 20)]
    shown = page(as_auditor(client, november))
    assert [root.hex() in shown for root in roots] == [True] * 3
    assert (shown.count("接着前一天</span>"), "没有接着" in shown) == (2, False)
    assert shown.count("第一天</span>") == 1


def test_a_root_copied_from_the_board_is_found_however_it_is_typed(
    november: Office, client: HouseClient
) -> None:
    root = november.seal(date(2026, 11, 20)).hex().upper()
    auditor = as_auditor(client, november)
    found = page(auditor, f"/ledger?root={root[:7]}%20{root[7:]}")
    assert ("对得上" in found, "2026年11月20日" in found) == (True, True)
    for wrong in (root[:-1] + ("0" if root[-1] != "0" else "1"), "no root", "é"):
        assert "没有哪一天的根是这样" in page(auditor, f"/ledger?root={wrong}")


def test_empty_books_say_so(november: Office, client: HouseClient) -> None:
    sign_in_cookie(client, appoint_auditor(november.cast.chenjing))
    assert "这个月还没有记过账" in page(client)


@pytest.mark.parametrize("name", ["limei", "wangqiang", "zhangdian", "zhaofang", "hedu", "heyun"])
@pytest.mark.parametrize("address", ["/ledger", "/ledger/passbooks"])
def test_nobody_else_reads_the_books(
    november: Office, client: HouseClient, name: str, address: str
) -> None:
    sign_in_cookie(client, getattr(november.cast, name))
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("name", ["zhaofang", "hedu", "chenjing"])
def test_nobody_else_has_them_verified(november: Office, client: HouseClient, name: str) -> None:
    answer = client.post("/ledger/verify", headers=bearer(getattr(november.cast, name)))
    assert answer.status_code == 403
    assert find_last_inspection(november.community_id) is None


def test_another_community_s_auditor_gets_in_nowhere(november: Office, client: HouseClient) -> None:
    sign_in_cookie(client, appoint_auditor(november.cast.chenjing))
    limei: UUID = november.cast.limei.id
    [newest] = statement(community_id=november.community_id, member_id=limei, limit=1).rows
    for address in (
        f"/ledger/passbooks/{limei}",
        f"/ledger/passbooks/{limei}/statement.csv",
        f"/ledger/transfers/{newest.transfer_id}",
        f"/transfers/{newest.transfer_id}/deed",
    ):
        assert client.get(address).status_code == 404
    assert "李梅" not in page(client, "/ledger/passbooks")
