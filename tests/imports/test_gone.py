"""Who is erased stands in no line of a workbook that waits, and a card of theirs works no more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from pointsvc.audit.actors import SYSTEM
from pointsvc.extensions import db
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
    """A line is theirs by the phone, or by the name beside no other phone."""
    person = twin(cast, "吴小四", phone=PHONE)
    of: Any = {"community_id": cast.community_id, "now": clock.now()}
    transact(lambda: issue_card(member_id=person.id, actor=SYSTEM, **of))
    left = update(Member).where(Member.id == person.id).values(state="departed")
    transact(lambda: db.session.execute(left))  # as it was done before cards ended with it
    names, phones = (
        ("吴小四", "吴 小四", "吴四", "吴小四", "李梅"),
        (PHONE, "", PHONE, "13900000000", ""),
    )
    lines = [{"姓名": name, "手机号": phone} for name, phone in zip(names, phones, strict=True)]
    transact(lambda: wait(cast, *lines))
    ask(cast, person)
    erase(cast, person)
    rows = db.session.execute(select(ImportRow.state, ImportRow.cells).order_by(ImportRow.row))
    gone, kept = ("dropped", False), ("waiting", True)
    assert [(row.state, bool(row.cells)) for row in rows] == [gone, gone, gone, kept, kept]
    cards = db.session.scalars(select(Card.revoked_at).where(Card.member_id == person.id))
    assert None not in cards.all()
