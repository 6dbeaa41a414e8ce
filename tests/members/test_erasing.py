"""A member is erased on request: points end as they wished, the books hold, and nobody else may do it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pointsvc.audit.actors import Actor
from pointsvc.cli.verification import verify_everything
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.months import month_totals
from pointsvc.ledger.queries import get_balances
from pointsvc.ledger.service import Award, award, seal_day
from pointsvc.members.cards import issue_card
from pointsvc.members.changes import Closing
from pointsvc.members.credentials import link_everything
from pointsvc.members.erased_before import FILE, back_again, erase_again, read_erased, write_erased
from pointsvc.members.erasure_errors import (
    ErasureAsked,
    ErasureTooEarly,
    HoldsRole,
    IdentityUnchecked,
    OwnErasure,
    StillOpen,
    WayInWasYours,
)
from pointsvc.members.merged_sign_in import AccountMerged
from pointsvc.members.queries import find_member_by_phone, get_member
from pointsvc.members.rules import Door
from pointsvc.members.sign_in import check_password
from pointsvc.web.gone import forgets
from tests.checkin.duty import Duty
from tests.support.cast import PASSWORD, Cast, password_hash
from tests.support.merging import ask, erase, merge, twin

pytestmark = pytest.mark.usefixtures("database")
DAY = date(2026, 11, 1)


def earn(cast: Cast, points: int, *, into_review: bool = False) -> None:
    source, last = new_id(), date(2027, 12, 31)
    deed = Award(cast.limei.id, points, 60, "attendance", source, 0, None, last, "x", into_review)
    given = {"recorded_by_id": None, "now": clock.now(), "business_on": DAY}
    transact(lambda: award(community_id=cast.community_id, awards=[deed], **given))  # type: ignore[arg-type]


def seal(cast: Cast) -> bytes:
    day = date(2026, 11, 2)
    return transact(lambda: seal_day(community_id=cast.community_id, day=day, now=clock.now()))


@pytest.mark.parametrize("closing", ["lapse", "donate"])
def test_points_end_as_was_wished_and_the_books_hold(cast: Cast, closing: Closing) -> None:
    """docs/ledger.md case 44: chains valid, minutes kept, the published root unchanged."""
    home = {"community_id": cast.community_id}
    earn(cast, 64)
    earn(cast, 128, into_review=True)
    root = seal(cast)
    ask(cast, cast.limei, closing)
    erase(cast, cast.limei)
    totals = month_totals(first=DAY, last=date(2027, 12, 31), **home)
    assert (totals.expired, totals.donated_back) == ((64, 0) if closing == "lapse" else (0, 64))
    found = get_balances(member_id=cast.limei.id, today=DAY, **home)
    assert (found.balance_points, found.review_points, found.service_minutes) == (0, 0, 120)
    assert [check.id for check in verify_everything().checks if not check.ok] == []
    assert seal(cast) == root


@pytest.mark.engines("sqlite")
def test_before_it_is_time_or_without_papers_nobody_is_erased(cast: Cast) -> None:
    ask(cast, cast.limei)
    with pytest.raises(ErasureAsked):
        ask(cast, cast.limei)
    with pytest.raises(ErasureTooEarly):
        erase(cast, cast.limei, waited=False)
    with pytest.raises(IdentityUnchecked):
        erase(cast, cast.limei, is_checked=False)
    ask(cast, cast.zhaofang)
    with pytest.raises(OwnErasure):
        erase(cast, cast.zhaofang)
    ask(cast, cast.wangqiang)
    with pytest.raises(HoldsRole):
        erase(cast, cast.wangqiang)
    clerk, of = Actor("member", cast.zhaofang.id), {"community_id": cast.community_id}
    transact(lambda: issue_card(member_id=cast.limei.id, actor=clerk, now=clock.now(), **of))
    with pytest.raises(WayInWasYours):  # who can come in as them may have asked
        erase(cast, cast.limei)


@pytest.mark.engines("sqlite")
def test_what_is_under_way_is_finished_before_anybody_is_merged_or_erased(cast: Cast) -> None:
    duty, other = Duty(cast), twin(cast)
    duty.scan(cast.wangqiang, duty.card(cast.limei), "in")
    ask(cast, cast.limei)
    with pytest.raises(StillOpen):
        erase(cast, cast.limei)
    duty.scan(cast.wangqiang, duty.card(other), "in")
    ask(cast, cast.liuyang)
    for gone, kept in ((other, cast.limei), (cast.liuyang, other), (other, cast.liuyang)):
        with pytest.raises(StillOpen):
            merge(cast, gone.id, kept.id)


@pytest.mark.engines("sqlite")
def test_the_phone_of_a_merged_account_leads_to_the_one_that_is_left(cast: Cast) -> None:
    other = twin(cast, phone="13912345670")
    known = {"phone": other.phone, "password_hash": password_hash()}
    transact(lambda: link_everything(now=clock.now(), **known))
    merge(cast, other.id, cast.limei.id)
    given = {"password": PASSWORD, "address": "127.0.0.1", "now": clock.now()}
    with pytest.raises(AccountMerged):
        check_password(phone=other.phone, **given)  # type: ignore[arg-type]
    lone, phoned = twin(cast, "吴小四"), twin(cast, "吴小五", phone="13912345671")
    merge(cast, phoned.id, lone.id)
    assert find_member_by_phone(cast.community_id, phoned.phone) == lone.id


@pytest.mark.engines("sqlite")
def test_who_was_erased_is_erased_again_after_a_copy_was_put_back(
    cast: Cast, tmp_path: Path
) -> None:
    """The file outside the database knows what the copy does not."""
    ask(cast, cast.limei)
    erase(cast, cast.limei)
    assert (write_erased(tmp_path), write_erased(tmp_path), back_again(tmp_path)) == (1, 0, [])
    told = (tmp_path / FILE).read_text().replace(str(cast.limei.id), str(cast.liuyang.id))
    (tmp_path / FILE).write_text(told)
    [back] = back_again(tmp_path)
    transact(lambda: erase_again(erased=back, rooms=forgets(), now=clock.now(), today=DAY))
    assert get_member(cast.community_id, cast.liuyang.id).state == "erased"
    assert (back_again(tmp_path), [c.id for c in verify_everything().checks if not c.ok]) == (
        [],
        [],
    )


@pytest.mark.engines("sqlite")
def test_who_was_merged_into_them_is_written_down_as_well(cast: Cast, tmp_path: Path) -> None:
    """A copy from before the merge knows the two apart: both would be back."""
    other = twin(cast)
    merge(cast, other.id, cast.limei.id)
    ask(cast, cast.limei)
    erase(cast, cast.limei)
    assert write_erased(tmp_path) == 2
    assert {each.member_id for each in read_erased(tmp_path)} == {other.id, cast.limei.id}


@pytest.mark.engines("sqlite")
def test_who_comes_back_after_they_were_erased_is_somebody_new(cast: Cast) -> None:
    """Without a phone a person's id is made of name, birthday and door: it would be the old one."""
    ids = []
    for _time in range(3):
        again = twin(cast, "吴小四", door=Door("9", "9", "909"))
        ids.append(again.id)
        ask(cast, again)
        erase(cast, again)
    assert len(set(ids)) == 3
