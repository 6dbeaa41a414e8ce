"""Who is erased stands in no line of a workbook that waits, and a card of theirs works no more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from pointsvc.audit.actors import SYSTEM
from pointsvc.extensions import db
from pointsvc.imports.gone import names_person
from pointsvc.imports.models import ImportRow, ImportRun
from pointsvc.imports.sealing import seal_facts
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import issue_card
from pointsvc.members.models import Card, Member
from tests.support.cast import Cast
from tests.support.merging import ask, erase, twin

PHONE = "13912345670"


@pytest.mark.parametrize(
    ("cells", "is_theirs"),
    [
        (["吴小四", PHONE], True),
        (["吴 小四", ""], True),
        (["吴四", f"139 1234 {PHONE[-4:]}"], True),
        (["吴小四", "13900000000"], False),
        (["吴小五", ""], False),
    ],
)
def test_a_line_is_theirs_by_the_phone_or_by_the_name_alone(
    cells: list[str], is_theirs: bool
) -> None:
    assert names_person(cells, "吴小四", PHONE) is is_theirs


def wait(cast: Cast, *lines: dict[str, str]) -> None:
    home, run_id, now = cast.community_id, new_id(), clock.now()
    run: dict[str, Any] = {"file_name": "x", "file_hash": b"", "file_size": 1, "report": {}}
    run |= {"state": "read", "progress": 1, "total": 1, "created_at": now}
    place = {"sheet": "花名册", "sheet_kind": "roster", "code": "x", "column": "手机号"}
    db.session.add(ImportRun(community_id=home, id=run_id, **run))
    db.session.flush()
    for number, cells in enumerate(lines):
        sealed = seal_facts(home, run_id, {"cells": cells, "problems": []})
        of = {"community_id": home, "id": new_id(), "run_id": run_id, "state": "waiting"}
        db.session.add(ImportRow(row=number, cells=sealed, **of, **place))


@pytest.mark.engines("sqlite")
@pytest.mark.usefixtures("database")
def test_waiting_lines_and_the_card_of_who_left_go_with_them(cast: Cast) -> None:
    person = twin(cast, "吴小四", phone=PHONE)
    of: Any = {"community_id": cast.community_id, "now": clock.now()}
    transact(lambda: issue_card(member_id=person.id, actor=SYSTEM, **of))
    left = update(Member).where(Member.id == person.id).values(state="departed")
    transact(lambda: db.session.execute(left))  # as it was done before cards ended with it
    transact(lambda: wait(cast, {"姓名": "吴小四", "手机号": PHONE}, {"姓名": "李梅"}))
    ask(cast, person)
    erase(cast, person)
    rows = db.session.execute(select(ImportRow.state, ImportRow.cells).order_by(ImportRow.row))
    assert [(row.state, bool(row.cells)) for row in rows] == [("dropped", False), ("waiting", True)]
    cards = db.session.scalars(select(Card.revoked_at).where(Card.member_id == person.id))
    assert None not in cards.all()
