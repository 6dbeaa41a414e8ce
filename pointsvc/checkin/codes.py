"""Codes and whom they stand for: reading what a scanner types, making what a page shows.

Whatever comes is taken: a URL or a bare token in any case and width, the printed 15 characters in
groups, or the 8 digits under a phone's code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Executable, Select, bindparam, delete, exists, select

from pointsvc.checkin.errors import (
    CodeExpired,
    CodeForeign,
    CodeForged,
    CodeMalformed,
    CodeRevoked,
    CodeWrongKind,
)
from pointsvc.checkin.models import SpentCode, TypedCode
from pointsvc.checkin.rules import CLOCK_SKEW, Reason
from pointsvc.extensions import db
from pointsvc.kernel import codes
from pointsvc.kernel.codes import CodeFault, CodeKind, OpenedCode
from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.one_time import digits_hashes, new_digits
from pointsvc.kernel.outcomes import insert_once
from pointsvc.kernel.prepared import Among, Found, fetch, prepared, table_of
from pointsvc.kernel.ring import current_ring
from pointsvc.members.models import CodeNumber

TYPED_LIFE: Final = timedelta(seconds=60)
SPENT_KEPT: Final = timedelta(days=1)
UPLOAD_STEPS: Final = 4
Proof = Literal["card", "member_code", "typed", "shift_code", "sign", "none"]
DIRECTORY_KINDS: Final = {
    CodeKind.CARD: "card",
    CodeKind.SIGN: "sign",
    CodeKind.MEMBER: "member",
    CodeKind.SHIFT: "shift",
}
PROOFS: Final[dict[str, Proof]] = {
    "card": "card",
    "member": "member_code",
    "shift": "shift_code",
    "sign": "sign",
}
_FAULTS: Final = {
    CodeFault.MALFORMED: Reason.CODE_MALFORMED,
    CodeFault.UNKNOWN_KEY: Reason.CODE_FORGED,
    CodeFault.FORGED: Reason.CODE_FORGED,
    CodeFault.EXPIRED: Reason.CODE_EXPIRED,
}
_REFUSALS: Final[dict[Reason, type[Conflict]]] = {
    Reason.CODE_MALFORMED: CodeMalformed,
    Reason.CODE_FORGED: CodeForged,
    Reason.CODE_EXPIRED: CodeExpired,
    Reason.CODE_REVOKED: CodeRevoked,
    Reason.CODE_FOREIGN: CodeForeign,
}


@dataclass(frozen=True, slots=True)
class Read:
    """What a text turned out to be: a subject of this community, or the fault.

    `subject_id` is the member of a card, member code or typed digits, the shift of a shift code,
    the place of a sign; None with a fault. `step` is set on changing codes and typed digits.
    """

    proof: Proof
    fault: Reason | None = None
    subject_id: UUID | None = None
    number: int | None = None
    step: int | None = None
    is_revoked_later: bool = False

    @property
    def is_member(self) -> bool:
        """Whether it stands for a person."""
        return self.fault is None and self.proof in {"card", "member_code", "typed"}


@dataclass(frozen=True, slots=True)
class MemberCode:
    """A person's code that holds; `number` and `step` are what is spent (`spent_codes`)."""

    member_id: UUID
    proof: Literal["card", "member_code", "typed"]
    number: int
    step: int | None


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A changing code to show: the address, when it stops to count, when the next one begins."""

    url: str
    valid_until: datetime
    next_at: datetime


def read_codes(
    *, community_id: UUID, texts: Sequence[tuple[str, datetime]], now: datetime
) -> list[Read]:
    """Read codes as they were at their moments (server time, or an upload's claimed time).

    One look into the directory for all of them. An upload's device may be two minutes off.
    """
    opened = [_open(text, at, now) for text, at in texts]
    numbers = {code.number for code in opened if isinstance(code, OpenedCode)}
    directory = _directory(numbers)
    typed = _typed(community_id, [(text, at) for text, at in texts if codes.digits_in(text)])
    return [
        typed.get((text, at), Read("none", Reason.CODE_EXPIRED))
        if codes.digits_in(text)
        else _read(code, directory, community_id, at)
        for (text, at), code in zip(texts, opened, strict=True)
    ]


def look_at_code(*, text: str, now: datetime) -> Read:
    """What kind of code a stranger holds, and whether it holds; whose it is stays untold."""
    opened = _open(text, now, now)
    if isinstance(opened, Reason):
        return Read("none", opened)
    directory = _directory({opened.number})
    home = directory[opened.number].community_id if opened.number in directory else UUID(int=0)
    return replace(_read(opened, directory, home, now), subject_id=None)


def place_of_sign(*, text: str, now: datetime) -> tuple[UUID, UUID] | None:
    """The community and the place of a sign that holds; None for every other code.

    Only what hangs in public anyway may be shown for it.
    """
    opened = _open(text, now, now)
    entry = None if isinstance(opened, Reason) else _directory({opened.number}).get(opened.number)
    if entry is None or isinstance(opened, Reason):
        return None
    read = _read(opened, {opened.number: entry}, entry.community_id, now)
    if read.proof != "sign" or read.subject_id is None:
        return None
    return entry.community_id, read.subject_id


def read_member_code(*, text: str, community_id: UUID, now: datetime) -> MemberCode:
    """The person behind a code shown now.

    Raises:
        CodeMalformed, CodeForged, CodeExpired, CodeRevoked, CodeForeign, CodeWrongKind.
    """
    [read] = read_codes(community_id=community_id, texts=[(text, now)], now=now)
    if read.fault is not None:
        raise _REFUSALS[read.fault]
    if read.proof not in {"card", "member_code", "typed"}:
        raise CodeWrongKind
    assert read.subject_id is not None
    assert read.number is not None
    return MemberCode(read.subject_id, read.proof, read.number, read.step)


def member_code(*, community_id: UUID, member_id: UUID, base: str, now: datetime) -> ShownCode:
    """The member's own changing code; never one that is spent already.

    Who pays twice within a step gets a code under another number at once: the queue does not wait
    for the clock, and what was spent stays spent.
    """
    number = _unspent_number(community_id, member_id, now)
    return _shown(CodeKind.MEMBER, number, base, now)


def find_member_code(
    *, community_id: UUID, member_id: UUID, base: str, now: datetime
) -> ShownCode | None:
    """The same without writing; None where the member needs a new number first."""
    number = _found(_unspent(), community_id, "member", member_id, step=codes.step_of(now))
    return None if number is None else _shown(CodeKind.MEMBER, number, base, now)


def member_code_url(*, community_id: UUID, member_id: UUID, base: str, now: datetime) -> str:
    """The address in the member's changing code of this moment."""
    return member_code(community_id=community_id, member_id=member_id, base=base, now=now).url


def shift_code(*, community_id: UUID, shift_id: UUID, base: str, now: datetime) -> ShownCode:
    """The shift's changing code; gives the shift a number the first time."""
    number = number_of(community_id=community_id, kind="shift", subject_id=shift_id, now=now)
    return _shown(CodeKind.SHIFT, number, base, now)


def sign_url(*, community_id: UUID, place_id: UUID, base: str, now: datetime) -> str:
    """The fixed address on the sign of a place; gives the place a number the first time."""
    number = number_of(community_id=community_id, kind="sign", subject_id=place_id, now=now)
    return codes.url(base, codes.seal(current_ring(), CodeKind.SIGN, number))


def new_typed_digits(*, community_id: UUID, member_id: UUID, now: datetime) -> str:
    """Eight digits for the member, good for 60 s beside the code shown now.

    Those shown before keep their minute: they may just be read out, and a phone shows new ones
    with every code.
    """
    number = _unspent_number(community_id, member_id, now)
    mine = (TypedCode.community_id == community_id, TypedCode.member_id == member_id)
    db.session.execute(delete(TypedCode).where(*mine, TypedCode.expires_at <= now))
    while True:
        digits = new_digits()
        row = {
            "community_id": community_id,
            "digits_hash": digits_hashes(current_ring(), digits, _purpose(community_id))[0],
            "member_id": member_id,
            "code_number": number,
            "step": codes.step_of(now),
            "expires_at": now + TYPED_LIFE,
        }
        if insert_once(TypedCode, [row]):
            return digits


def forget_passed_codes(*, now: datetime) -> int:
    """Delete typed digits and spent codes that have expired on their own; how many rows.

    A spent code is kept for a day: an upload may still bring the moment at which it was shown.
    """
    oldest = codes.step_of(now - SPENT_KEPT)
    old = (
        delete(TypedCode).where(TypedCode.expires_at <= now - SPENT_KEPT),
        delete(SpentCode).where(SpentCode.step < oldest),
    )
    counts: list[int] = [db.session.execute(each).rowcount for each in old]  # type: ignore[attr-defined]
    return sum(counts)


def number_of(*, community_id: UUID, kind: str, subject_id: UUID, now: datetime) -> int:
    """The subject's live number in the directory, given to it at the first call."""
    return _found_or_given(_live(), community_id, kind, subject_id, now)


def _unspent_number(community_id: UUID, member_id: UUID, now: datetime) -> int:
    """A live number of the member whose code of this step has not paid or approved anything."""
    step = codes.step_of(now)
    return _found_or_given(_unspent(), community_id, "member", member_id, now, step=step)


def _found_or_given(
    wanted: Executable, community_id: UUID, kind: str, subject_id: UUID, now: datetime, **which: int
) -> int:
    while (number := _found(wanted, community_id, kind, subject_id, **which)) is None:
        row = {
            "number": codes.new_code_number(),
            "community_id": community_id,
            "kind": kind,
            "subject_id": subject_id,
            "created_at": now,
        }
        insert_once(CodeNumber, [row])
    return number


def _found(
    wanted: Executable, community_id: UUID, kind: str, subject_id: UUID, **which: int
) -> int | None:
    whose = {"community_id": community_id, "kind": kind, "subject_id": subject_id}
    return next((int(row.number) for row in fetch(wanted, **whose, **which)), None)


@prepared
def _live(_among: Among) -> Select[tuple[int]]:
    return _numbers()


@prepared
def _unspent(_among: Among) -> Select[tuple[int]]:
    code, spent = table_of(CodeNumber).c, table_of(SpentCode).c
    is_spent = exists().where(
        spent.community_id == code.community_id,
        spent.code_number == code.number,
        spent.step == bindparam("step"),
    )
    return _numbers().where(~is_spent)


def _numbers() -> Select[tuple[int]]:
    """The oldest live number of a subject."""
    code = table_of(CodeNumber).c
    return (
        select(code.number)
        .where(
            code.community_id == bindparam("community_id"),
            code.subject_id == bindparam("subject_id"),
            code.kind == bindparam("kind"),
            code.revoked_at.is_(None),
        )
        .order_by(code.created_at, code.number)
        .limit(1)
    )


def _open(text: str, at: datetime, now: datetime) -> OpenedCode | Reason:
    slack = UPLOAD_STEPS if at < now else 0
    opened = codes.open_code(current_ring(), text, at, steps_before=1 + slack, steps_after=slack)
    return opened if isinstance(opened, OpenedCode) else _FAULTS[opened.fault]


def _read(
    code: OpenedCode | Reason,
    directory: dict[int, Found],
    community_id: UUID,
    at: datetime,
) -> Read:
    if isinstance(code, Reason):
        return Read("none", code)
    entry = directory.get(code.number)
    if entry is None or entry.kind != DIRECTORY_KINDS.get(code.kind):
        return Read("none", Reason.CODE_FORGED, number=code.number)
    proof = PROOFS[entry.kind]
    if entry.community_id != community_id:
        return Read(proof, Reason.CODE_FOREIGN, number=code.number)
    if entry.revoked_at is not None and entry.revoked_at <= at:
        return Read(proof, Reason.CODE_REVOKED, number=code.number)
    return Read(
        proof,
        subject_id=entry.subject_id,
        number=code.number,
        step=code.step,
        is_revoked_later=entry.revoked_at is not None,
    )


def _directory(numbers: set[int]) -> dict[int, Found]:
    if not numbers:
        return {}
    return {row.number: row for row in fetch(_numbered(), numbers=list(numbers))}


@prepared
def _numbered(among: Among) -> Select[*tuple[Any, ...]]:
    code = table_of(CodeNumber).c
    return select(
        code.number, code.community_id, code.kind, code.subject_id, code.revoked_at
    ).where(among(code.number, "numbers"))


def _typed(
    community_id: UUID, texts: Sequence[tuple[str, datetime]]
) -> dict[tuple[str, datetime], Read]:
    """Whose the typed digits are; those that nobody has, or had too long ago, are missing."""
    if not texts:
        return {}
    hashes = {
        (text, at): digits_hashes(
            current_ring(), codes.digits_in(text) or "", _purpose(community_id)
        )
        for text, at in texts
    }
    wanted = [each for some in hashes.values() for each in some]
    rows = db.session.execute(
        select(TypedCode).where(
            TypedCode.community_id == community_id, TypedCode.digits_hash.in_(wanted)
        )
    ).scalars()
    by_hash = {row.digits_hash: row for row in rows}
    found = {}
    for (text, at), some in hashes.items():
        row = next((by_hash[each] for each in some if each in by_hash), None)
        if row is not None and timedelta() < row.expires_at - at <= TYPED_LIFE + CLOCK_SKEW:
            found[text, at] = Read(
                "typed", subject_id=row.member_id, number=row.code_number, step=row.step
            )
    return found


def _purpose(community_id: UUID) -> bytes:
    return b"code" + community_id.bytes


def _shown(kind: CodeKind, number: int, base: str, now: datetime) -> ShownCode:
    step = codes.step_of(now)
    token = codes.seal(current_ring(), kind, number, step)
    return ShownCode(codes.url(base, token), codes.valid_until(step), codes.next_step_at(now))
