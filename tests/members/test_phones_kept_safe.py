"""A stolen database shows no phone number; the office shows one only where somebody looked."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from pointsvc.audit.actors import SYSTEM
from pointsvc.audit.models import AuditEvent
from pointsvc.extensions import Base
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.passwords import hash_secret
from pointsvc.kernel.transaction import transact
from pointsvc.members.first_sign_ins import print_slip
from pointsvc.members.queries import get_member
from pointsvc.members.secrets import set_pin
from tests.support.cast import PASSWORD, PEOPLE, Cast, bearer, token_of
from tests.support.clients import HouseClient


@pytest.mark.engines("sqlite")  # its file is what a thief takes
def test_the_file_of_the_database_holds_no_phone_and_no_secret(
    client: HouseClient, cast: Cast, database: SQLAlchemy
) -> None:
    for _time in range(2):
        client.post("/api/v1/sign-in", json={"phone": cast.limei.phone, "password": "wrong"})
    secrets = [token_of(cast.limei), slip(cast), pin(cast), PASSWORD]
    phones = [phone for _name, phone, _door in PEOPLE.values()]
    database.session.remove()
    file = Path(database.engine.url.database or "")
    stored = b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    assert "李梅".encode() in stored
    assert [text for text in [*phones, *secrets] if text.encode() in stored] == []


def slip(cast: Cast) -> str:
    now = clocks.now()
    return transact(
        lambda: print_slip(
            community_id=cast.community_id,
            member_id=cast.limei.id,
            actor=SYSTEM,
            now=now,
            today=now.date(),
        )
    )


def pin(cast: Cast) -> str:
    typed = "837164"
    hashed = hash_secret(typed)
    transact(
        lambda: set_pin(
            community_id=cast.community_id,
            member_id=cast.limei.id,
            pin_hash=hashed,
            actor=SYSTEM,
            now=clocks.now(),
        )
    )
    return typed


def test_no_table_holds_a_phone_s_digits(cast: Cast, database: SQLAlchemy) -> None:
    rows = [
        (table.name, str(tuple(row)))
        for table in Base.metadata.sorted_tables
        for row in database.session.execute(select(table))
    ]
    assert len(rows) > 50
    assert [name for name, text in rows if cast.limei.phone in text or "0000001" in text] == []


def test_the_same_phone_in_two_rows_has_two_ciphertexts(cast: Cast, database: SQLAlchemy) -> None:
    members = Base.metadata.tables["members"]
    ciphers = list(database.session.scalars(select(members.c.phone_cipher)))
    assert len(set(ciphers)) == len(ciphers) == len(PEOPLE) + 1
    assert get_member(cast.community_id, cast.limei.id).phone == "138****0001"


def test_every_page_masks_and_a_look_is_written_down(client: HouseClient, cast: Cast) -> None:
    with client.application.app_context():
        headers = bearer(cast.zhaofang)
    page = f"/members/{cast.limei.id}"
    for path in ("/members", "/members?q=李梅", page, f"{page}/edit"):
        shown = client.get(path, headers=headers)
        assert shown.status_code == 200
        assert cast.limei.phone not in shown.text
    assert "138****0001" in client.get(page, headers=headers).text
    assert cast.limei.phone in client.post(f"{page}/phone/show", headers=headers).text


def test_the_look_at_a_phone_is_an_audit_event(
    client: HouseClient, cast: Cast, database: SQLAlchemy
) -> None:
    headers = bearer(cast.zhaofang)
    client.post(f"/members/{cast.limei.id}/phone/show", headers=headers)
    looks = select(func.count()).where(
        AuditEvent.action == "members.phone_shown",
        AuditEvent.actor_id == cast.zhaofang.id,
        AuditEvent.subject_id == cast.limei.id,
    )
    assert database.session.scalar(looks) == 1


def test_only_the_clerk_sees_phones(client: HouseClient, cast: Cast) -> None:
    path = f"/members/{cast.limei.id}/phone/show"
    for person, status in (
        (cast.wangqiang, 403),
        (cast.hedu, 403),
        (cast.zhoumin, 403),
        (cast.chenjing, 404),
    ):
        with client.application.app_context():
            headers = bearer(person)
        answer = client.post(path, headers=headers)
        assert answer.status_code == status
        assert "13800000001" not in answer.text
