"""Lines of a workbook that wait and name somebody who is erased."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.imports.models import ImportRow
from pointsvc.imports.sealing import open_facts
from pointsvc.kernel.vault import Unreadable
from pointsvc.members.changes import Erasure
from pointsvc.members.models import Member
from pointsvc.members.phones import reveal_phone

PHONE_LENGTH: Final = 11


def forget(erasure: Erasure) -> None:
    """Drop and empty the waiting lines that hold their phone, or their name beside no other phone.

    Called before the name goes. The file of a run is sealed, and emptied after 30 days at the latest.
    """
    person = db.session.get_one(Member, (erasure.community_id, erasure.member_id))
    phone = reveal_phone(
        community_id=person.community_id, member_id=person.id, cipher=person.phone_cipher
    )
    waiting = select(ImportRow).where(
        ImportRow.community_id == erasure.community_id, ImportRow.state == "waiting"
    )
    for row in db.session.scalars(waiting.order_by(ImportRow.id).with_for_update()):
        if names_person(_texts(row), person.name, phone):
            row.state, row.cells = "dropped", {}
            row.decided_by_id, row.decided_at = erasure.by_id, erasure.now
    db.session.flush()


def names_person(texts: Iterable[str], name: str, phone: str | None) -> bool:
    """Whether these cells are somebody's of this name and phone."""
    plain = {"".join(text.split()) for text in texts}
    if phone is not None and phone in plain:
        return True
    others = {text for text in plain if text.isdecimal() and len(text) == PHONE_LENGTH}
    return "".join(name.split()) in plain and not others


def _texts(row: ImportRow) -> list[str]:
    """The cells; none where no key of ours opens them any more."""
    try:
        facts = open_facts(row.community_id, row.run_id, row.cells) or {}
    except Unreadable:
        return []
    return [str(text) for text in facts.get("cells", {}).values()]
