"""二次验证: an authenticator app's code after the password, for staff and operators who want it.

A secret is begun, then confirmed by a code of it; only then is it asked for. Ten recovery codes are
shown once. A code is checked **before** `transact`, like a password: being right is spent, and being
wrong is counted, in transactions of their own.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import delete, exists, func, select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel import base32, one_time_codes
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.one_time import token_hash
from pointsvc.kernel.ring import current_vault
from pointsvc.kernel.transaction import transact
from pointsvc.kernel.vault import Unreadable
from pointsvc.members import remade
from pointsvc.members.errors import OwnSecondStep, SecondStepUnready, TotpWrong
from pointsvc.members.models import RecoveryCode, SecondStep
from pointsvc.members.throttle import check_throttles, count_failure, watched

RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 10
BEGUN_LASTS: Final = timedelta(minutes=30)
NEVER: Final = -1

Proof = Literal["right", "wrong", "spent"]


@dataclass(frozen=True, slots=True)
class BegunStep:
    """A secret that waits for its first code; the owner sees it until then."""

    secret: bytes


def has_second_step(subject_id: UUID) -> bool:
    """Whether a member or operator is asked for a code after the password."""
    wanted = SecondStep.subject_id == subject_id, SecondStep.confirmed_at.is_not(None)
    return bool(db.session.scalar(select(exists().where(*wanted))))


def find_begun(subject_id: UUID, *, now: datetime) -> BegunStep | None:
    """The secret that was begun within the half hour and has had no code yet."""
    row = db.session.get(SecondStep, subject_id)
    if row is None or row.confirmed_at is not None or row.begun_at < now - BEGUN_LASTS:
        return None
    secret = _secret(row)
    return None if secret is None else BegunStep(secret)


def recovery_codes_left(subject_id: UUID) -> int:
    """How many recovery codes were not used yet."""
    left = select(func.count()).where(RecoveryCode.subject_id == subject_id)
    return db.session.scalar(left) or 0


def begin_second_step(*, subject_id: UUID, community_id: UUID | None, now: datetime) -> None:
    """Draw a secret; one that had no code yet gives way to it.

    Raises:
        SecondStepUnready: one is in use; it is turned off first.
    """
    if has_second_step(subject_id):
        raise SecondStepUnready
    _forget(subject_id)
    secret = base64.b64encode(one_time_codes.new_secret()).decode()
    db.session.add(
        SecondStep(
            subject_id=subject_id,
            community_id=community_id,
            secret_cipher=current_vault().encrypt(secret, owner_of_step(subject_id)),
            begun_at=now,
            last_step=NEVER,
        )
    )
    db.session.flush()


def confirm_second_step(
    *, subject_id: UUID, community_id: UUID | None, code: str, now: datetime
) -> list[str]:
    """Put a begun secret to use, when the code is of it.

    Returns:
        Ten recovery codes, which are shown this once.

    Raises:
        SecondStepUnready: none was begun within the half hour. TotpWrong.
    """
    begun = find_begun(subject_id, now=now)
    if begun is None:
        raise SecondStepUnready
    digits = one_time_codes.digits_of(code)
    step = one_time_codes.step_of_code(begun.secret, digits, now) if digits else None
    if step is None:
        raise TotpWrong
    done = db.session.execute(
        update(SecondStep)
        .where(SecondStep.subject_id == subject_id, SecondStep.confirmed_at.is_(None))
        .values(confirmed_at=now, last_step=step)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise SecondStepUnready
    _note(community_id, "members.totp_enrolled", subject_id, Actor("member", subject_id), now)
    return _draw_recovery_codes(subject_id)


def prove_second_step(*, subject_id: UUID, code: str, now: datetime) -> Proof:
    """What a code proves: a right one is spent. Call it before `transact`.

    Five wrong ones in 15 minutes close it, whoever typed them and wherever. One that was right and
    is used already is no guess, and is not counted.

    Raises:
        TooManyFailures.
    """
    subject = watched("card", f"second-step{subject_id}")
    check_throttles([subject], now=now)
    proof = transact(lambda: _spend(subject_id, code, now))
    if proof == "wrong":
        count_failure([subject], now=now)
    return proof


def check_second_step(*, subject_id: UUID, code: str, now: datetime) -> None:
    """Let a right code through. Raises TooManyFailures, TotpWrong."""
    if prove_second_step(subject_id=subject_id, code=code, now=now) != "right":
        raise TotpWrong


def end_second_step(*, subject_id: UUID, community_id: UUID | None, now: datetime) -> None:
    """Turn one's own off; password and code were checked before. Raises NotFound."""
    if not _forget(subject_id):
        raise NotFound
    _note(community_id, "members.totp_ended", subject_id, Actor("member", subject_id), now)


def reset_second_step(*, subject_id: UUID, community_id: UUID, actor: Actor, now: datetime) -> None:
    """Take away what somebody lost: the password alone opens again, and approves nothing for a day.

    Raises:
        OwnSecondStep: a clerk's own. NotFound: there is none in this community.
    """
    if actor.id == subject_id:
        raise OwnSecondStep
    found = db.session.get(SecondStep, subject_id)
    if found is None or found.community_id != community_id or not _forget(subject_id):
        raise NotFound
    _note(community_id, "members.totp_reset", subject_id, actor, now)
    remade.leave_message(
        community_id=community_id,
        recipient_id=subject_id,
        actor=actor,
        topic="members.totp_remade",
        now=now,
    )


def reset_operators_second_step(*, operator_id: UUID) -> None:
    """Take away an operator's; only whoever sits at the machine can. Raises NotFound."""
    if not _forget(operator_id):
        raise NotFound


def owner_of_step(subject_id: UUID) -> bytes:
    """What a secret's ciphertext is bound to."""
    return subject_id.bytes + b"second-step"


def _spend(subject_id: UUID, code: str, now: datetime) -> Proof:
    digits = one_time_codes.digits_of(code)
    return (
        _spend_digits(subject_id, digits, now) if digits else _spend_recovery(subject_id, code, now)
    )


def _spend_digits(subject_id: UUID, digits: str, now: datetime) -> Proof:
    row = db.session.get(SecondStep, subject_id)
    secret = None if row is None or row.confirmed_at is None else _secret(row)
    step = None if secret is None else one_time_codes.step_of_code(secret, digits, now)
    if step is None:
        return "wrong"
    done = db.session.execute(
        update(SecondStep)
        .where(SecondStep.subject_id == subject_id, SecondStep.last_step < step)
        .values(last_step=step)
        .execution_options(synchronize_session=False)
    )
    return "right" if done.rowcount else "spent"  # type: ignore[attr-defined]


def _spend_recovery(subject_id: UUID, code: str, now: datetime) -> Proof:
    try:
        plain = base32.decode(code.strip())
    except ValueError:
        return "wrong"
    done = db.session.execute(
        delete(RecoveryCode).where(
            RecoveryCode.subject_id == subject_id,
            RecoveryCode.code_hash == token_hash(base32.encode(plain)),
        )
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        return "wrong"
    row = db.session.get(SecondStep, subject_id)
    community_id = None if row is None else row.community_id
    _note(community_id, "members.totp_recovered", subject_id, Actor("member", subject_id), now)
    return "right"


def _draw_recovery_codes(subject_id: UUID) -> list[str]:
    codes = [base32.encode(secrets.token_bytes(RECOVERY_BYTES)) for _each in range(RECOVERY_CODES)]
    rows = [RecoveryCode(subject_id=subject_id, code_hash=token_hash(code)) for code in codes]
    db.session.add_all(rows)
    db.session.flush()
    return ["-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in codes]


def _secret(row: SecondStep) -> bytes | None:
    try:
        text = current_vault().decrypt(row.secret_cipher, owner_of_step(row.subject_id))
    except Unreadable:
        return None
    return base64.b64decode(text)


def _forget(subject_id: UUID) -> bool:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.subject_id == subject_id))
    gone = db.session.execute(delete(SecondStep).where(SecondStep.subject_id == subject_id))
    db.session.expire_all()
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def _note(
    community_id: UUID | None, action: str, subject_id: UUID, actor: Actor, now: datetime
) -> None:
    """The community's trail; an operator has none."""
    if community_id is not None:
        note(community_id=community_id, actor=actor, action=action, subject_id=subject_id, now=now)
