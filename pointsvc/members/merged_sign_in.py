"""Signing in by the phone of an account that was merged: what to do now is said to who knows the password."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.i18n import lazy_gettext as _l
from pointsvc.members.models import Member, PhoneEntry
from pointsvc.members.phones import indexes_of


class AccountMerged(Refusal):
    """The account goes on under another phone, or a card."""

    code = "sign_in.account_merged"
    status = 401
    message = _l("这个手机号的账户已并入您的另一个账户，请用那个手机号登录；记不清请到社区办事处。")


def refuse_merged(phone: str, credential_ids: Sequence[UUID]) -> None:
    """Raises AccountMerged: a right password of a phone whose member was merged away."""
    merged = (
        select(Member.id)
        .join(
            PhoneEntry,
            and_(PhoneEntry.community_id == Member.community_id, PhoneEntry.member_id == Member.id),
        )
        .where(
            PhoneEntry.phone_index.in_(indexes_of(phone)),
            PhoneEntry.credential_id.in_(credential_ids),
            Member.state == "merged",
        )
    )
    if credential_ids and db.session.scalars(merged).first() is not None:
        raise AccountMerged
