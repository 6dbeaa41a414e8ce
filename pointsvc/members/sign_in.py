"""Signing in: phone and password, phone and eight digits, an invitation, card and PIN.

Every function here that takes a secret checks the throttles, then the secret, and is called
**before** `transact`: a hash takes 85 ms, and a failure is counted in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import and_, select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.communities.models import Community
from pointsvc.extensions import db
from pointsvc.kernel.passwords import verify_secret
from pointsvc.kernel.ring import current_ring
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import find_card_holder
from pointsvc.members.consents import lacks_guardian
from pointsvc.members.credentials import (
    CredentialFacts,
    add_password,
    find_credentials,
    link_member,
)
from pointsvc.members.errors import (
    CardRefused,
    DigitsRefused,
    GuardianMissing,
    PasswordWrong,
    SignInRefused,
    TotpRequired,
)
from pointsvc.members.first_sign_ins import FoundWay, find_by_digits, use_way
from pointsvc.members.merged_sign_in import refuse_merged
from pointsvc.members.models import Credential, Member, Operator, PhoneEntry
from pointsvc.members.phones import indexes_of, plain_phone
from pointsvc.members.resealing import keep_operators_phone, move_phone
from pointsvc.members.second_steps import has_second_step
from pointsvc.members.secrets import hash_password, verify_pin
from pointsvc.members.throttle import Watched, check_throttles, count_failure, watched
from pointsvc.members.visits import OpenedVisit, open_visit

SecondStepState = Literal["unproved", "proved", "card"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody that a phone may be: a member of one community, or an operator.

    `place` is the community's name; `choice` is what a person chooses by: the community's id, or
    the operator's own.
    """

    kind: Literal["member", "operator"]
    id: UUID
    name: str
    community_id: UUID | None
    place: str

    @property
    def choice(self) -> UUID:
        """The id under which this one is chosen among several."""
        return self.community_id or self.id


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password about to be linked to a member: a new hash, or the phone's present credential."""

    password_hash: str | None
    credential_id: UUID | None


def check_password(*, phone: str, password: str, address: str, now: datetime) -> list[Identity]:
    """Whom phone and password open, the operator first, then by community's name; never nobody.

    Raises:
        TooManyFailures. SignInRefused: wrong, unknown, or linked to nobody; it does not say which.
        AccountMerged: right, of an account that goes on under another phone.
    """
    subjects = _subjects(phone, address)
    check_throttles(subjects, now=now)
    right = _right_ones(phone, password)
    identities = identities_of(phone, right)
    if not identities:
        refuse_merged(phone, right)
        count_failure(subjects, now=now)
        raise SignInRefused
    check_throttles(subjects, now=now)
    _keep_up_with_keys(phone, identities)
    return identities


def check_digits(*, phone: str, digits: str, address: str, now: datetime) -> FoundWay:
    """The way in that a phone and a slip's digits open. Raises TooManyFailures, DigitsRefused."""
    subjects = _subjects(phone, address)
    check_throttles(subjects, now=now)
    way = find_by_digits(phone=phone, digits=digits.strip(), now=now)
    if way is None:
        count_failure(subjects, now=now)
        raise DigitsRefused
    return way


def check_card(*, community_id: UUID, card: str, pin: str, address: str, now: datetime) -> UUID:
    """The member whose card and PIN these are. Raises TooManyFailures, CardRefused."""
    from_here = [watched("address", address)]
    check_throttles(from_here, now=now)
    member_id = find_card_holder(community_id=community_id, text=card, now=now)
    if member_id is None:
        verify_secret(pin, None)
        count_failure(from_here, now=now)
        raise CardRefused
    if not verify_pin(community_id=community_id, member_id=member_id, pin=pin, now=now):
        count_failure(from_here, now=now)
        raise CardRefused
    return member_id


def check_own_password(
    *, subject_id: UUID, community_id: UUID | None, password: str, address: str, now: datetime
) -> UUID:
    """The credential that opens a signed-in person, when the password is its.

    Raises:
        TooManyFailures. PasswordWrong: also for somebody who only ever used a card.
    """
    subjects = [watched("card", f"own{subject_id}"), watched("address", address)]
    check_throttles(subjects, now=now)
    credential = _credential_of(subject_id, community_id)
    if not verify_secret(password, credential.password_hash if credential else None):
        count_failure(subjects, now=now)
        raise PasswordWrong
    assert credential is not None, "nobody's password is never right"
    return credential.id


def prepare_password(*, phone: str, password: str) -> NewPassword:
    """What setting this password on a phone comes to: a present one proves itself by fitting.

    Raises:
        Invalid: a new one that is too weak.
    """
    right = _right_ones(phone, password)
    if right:
        return NewPassword(None, right[0])
    return NewPassword(hash_password(password), None)


def enter_first_time(
    *,
    way: FoundWay,
    password: NewPassword,
    agent: str,
    now: datetime,
    today: date,
    is_withheld: bool = False,
) -> OpenedVisit | None:
    """Spend a way in, link the password to this community's member alone, and sign in.

    What the phone's password of before opens elsewhere stays open to it, and to it alone.

    Returns:
        The visit; None for somebody with a second step, who signs in with the new password and it.

    Raises:
        DigitsRefused, LinkSpent: used in the meantime. GuardianMissing.
    """
    use_way(way=way, now=now)
    credential_id = password.credential_id
    if password.password_hash is not None:
        credential_id = add_password(phone=way.phone, password_hash=password.password_hash, now=now)
    assert credential_id is not None, "a password is either new or the present one"
    link_member(phone=way.phone, community_id=way.community_id, credential_id=credential_id)
    if has_second_step(way.member_id):
        return None
    identity = Identity("member", way.member_id, way.member_name, way.community_id, "")
    return enter(identity=identity, agent=agent, now=now, today=today, is_withheld=is_withheld)


def enter(
    *,
    identity: Identity,
    agent: str,
    now: datetime,
    today: date,
    on_device_id: UUID | None = None,
    second_step: SecondStepState = "unproved",
    is_withheld: bool = False,
) -> OpenedVisit:
    """Open a visit for somebody who proved who they are.

    Raises:
        GuardianMissing. TotpRequired: a second step is set up and was not proved; who came with card
        and PIN gave two things already, and gets what a device opens.
    """
    if second_step == "unproved" and has_second_step(identity.id):
        raise TotpRequired
    if identity.community_id is not None:
        if lacks_guardian(identity.community_id, identity.id, today):
            raise GuardianMissing
        note(
            community_id=identity.community_id,
            actor=Actor("member", identity.id),
            action="sign_in.opened",
            subject_id=on_device_id,
            now=now,
        )
    return open_visit(
        subject_kind=identity.kind,
        subject_id=identity.id,
        community_id=identity.community_id,
        agent=agent,
        now=now,
        on_device_id=on_device_id,
        is_proved=second_step == "proved",
        is_withheld=is_withheld,
    )


def identities_of(phone: str, credential_ids: Sequence[UUID]) -> list[Identity]:
    """Whom passwords of a phone open: what was linked to them, as long as they are active."""
    indexes = indexes_of(phone)
    operators = db.session.execute(
        select(Operator.id, Operator.name).where(
            Operator.phone_index.in_(indexes), Operator.credential_id.in_(credential_ids)
        )
    )
    members = db.session.execute(
        select(Member.id, Member.name, Member.community_id, Community.name)
        .join(
            PhoneEntry,
            and_(PhoneEntry.community_id == Member.community_id, PhoneEntry.member_id == Member.id),
        )
        .join(Community, Community.id == Member.community_id)
        .where(
            PhoneEntry.phone_index.in_(indexes),
            PhoneEntry.credential_id.in_(credential_ids),
            Member.state == "active",
        )
        .order_by(Community.name, Community.id)
    )
    return [
        *(Identity("operator", row[0], row[1], None, "") for row in operators),
        *(Identity("member", row[0], row[1], row[2], row[3]) for row in members),
    ]


def _keep_up_with_keys(phone: str, identities: Sequence[Identity]) -> None:
    """An operator's phone is known now: under a newer key it moves."""
    operators = [each.id for each in identities if each.kind == "operator"]
    if operators and len(current_ring().keys) > 1:
        plain = plain_phone(phone)

        def work() -> None:
            move_phone(plain)
            keep_operators_phone(operator_id=operators[0], phone=plain)

        transact(work)


def _right_ones(phone: str, password: str) -> list[UUID]:
    """Which credentials of the phone this password is; an unknown phone takes as long as one."""
    credentials = find_credentials(phone)
    if not credentials:
        verify_secret(password, None)
    return [each.id for each in credentials if verify_secret(password, each.password_hash)]


def _credential_of(subject_id: UUID, community_id: UUID | None) -> CredentialFacts | None:
    if community_id is None:
        linked = select(Operator.credential_id).where(Operator.id == subject_id)
    else:
        linked = select(PhoneEntry.credential_id).where(
            PhoneEntry.community_id == community_id, PhoneEntry.member_id == subject_id
        )
    wanted = select(Credential).where(Credential.id.in_(linked))
    row = db.session.scalars(wanted).first()
    return None if row is None else CredentialFacts(row.id, row.password_hash)


def _subjects(phone: str, address: str) -> Sequence[Watched]:
    indexes = indexes_of(phone)
    text = indexes[0].hex() if indexes else phone.strip()
    return [watched("phone", text), watched("address", address)]
