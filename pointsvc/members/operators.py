"""Operators: they run the server and are members of nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.one_time import new_token, token_hash
from pointsvc.kernel.ring import current_vault
from pointsvc.members.credentials import add_password, link_operator
from pointsvc.members.errors import LinkSpent, PhoneTaken
from pointsvc.members.models import Operator
from pointsvc.members.phones import indexes_of, plain_phone
from pointsvc.members.resealing import owner_of_operator
from pointsvc.members.rules import NAME_LENGTH_MAX, plain_name

SETUP_LIFETIME: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class OperatorFacts:
    """An operator who has taken the office up."""

    id: UUID
    name: str


def open_setup(*, now: datetime) -> str | None:
    """A one-time token (24 h) for the first operator; None once there is one.

    A second call makes another token and the first stops working, as it cannot be shown again.
    """
    if has_operator():
        return None
    waiting = db.session.scalars(select(Operator).where(Operator.phone_index.is_(None))).first()
    if waiting is None:
        waiting = Operator(id=new_id(), name="", created_at=now)
        db.session.add(waiting)
    token = new_token()
    waiting.setup_hash = token_hash(token)
    waiting.setup_expires_at = now + SETUP_LIFETIME
    db.session.flush()
    return token


def check_setup(*, token: str, now: datetime) -> UUID:
    """The operator whom the token makes. Raises LinkSpent."""
    row = db.session.execute(
        select(Operator.id, Operator.setup_expires_at).where(
            Operator.setup_hash == token_hash(token), Operator.phone_index.is_(None)
        )
    ).one_or_none()
    if row is None or row.setup_expires_at <= now:
        raise LinkSpent
    return row.id  # type: ignore[no-any-return]


def take_office(
    *, token: str, name: str, phone: str, password_hash: str, now: datetime
) -> OperatorFacts:
    """Use the one-time token: the phone and its password open the operator from now on.

    Raises:
        LinkSpent: used or too old. Invalid: name or phone.
    """
    operator_id = check_setup(token=token, now=now)
    operator = db.session.scalars(select(Operator).where(Operator.id == operator_id)).one()
    _fill(operator, name, phone, password_hash, now)
    operator.setup_hash = operator.setup_expires_at = None
    db.session.flush()
    return OperatorFacts(operator.id, operator.name)


def create_operator(
    *, operator_id: UUID, name: str, phone: str, password_hash: str, now: datetime
) -> OperatorFacts:
    """Make an operator at once (the demo street). Raises Invalid, PhoneTaken."""
    operator = Operator(id=operator_id, name="", created_at=now)
    db.session.add(operator)
    _fill(operator, name, phone, password_hash, now)
    return OperatorFacts(operator.id, operator.name)


def has_operator() -> bool:
    """Whether somebody has taken the office up."""
    wanted = select(func.count()).select_from(Operator).where(Operator.phone_index.is_not(None))
    return bool(db.session.scalar(wanted))


def find_operator(operator_id: UUID) -> OperatorFacts | None:
    """The operator of this id."""
    row = db.session.execute(
        select(Operator.id, Operator.name).where(Operator.id == operator_id)
    ).one_or_none()
    return None if row is None else OperatorFacts(row.id, row.name)


def find_operator_by_phone(phone: str) -> UUID | None:
    """The operator who signs in with this phone. Raises Invalid: no phone number."""
    indexes = indexes_of(plain_phone(phone))
    return db.session.scalar(select(Operator.id).where(Operator.phone_index.in_(indexes)))


def _fill(operator: Operator, name: str, phone: str, password_hash: str, now: datetime) -> None:
    operator.name = plain_name(name)
    if not 1 <= len(operator.name) <= NAME_LENGTH_MAX:
        raise Invalid({"name": [_("姓名须为 1 至 60 个字。")]})
    plain = plain_phone(phone)
    indexes = indexes_of(plain)
    taken = select(Operator.id).where(Operator.phone_index.in_(indexes), Operator.id != operator.id)
    with db.session.no_autoflush:
        if db.session.scalar(taken) is not None:
            raise PhoneTaken
    operator.phone_index = indexes[0]
    operator.phone_cipher = current_vault().encrypt(plain, owner_of_operator(operator.id))
    db.session.flush()
    link_operator(
        phone=plain,
        operator_id=operator.id,
        credential_id=add_password(phone=plain, password_hash=password_hash, now=now),
    )
