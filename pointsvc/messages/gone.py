"""Messages of somebody who goes on under another account, or is erased."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from pointsvc.extensions import db
from pointsvc.kernel.models import OutboxMessage
from pointsvc.members.changes import Erasure, Merge
from pointsvc.messages.models import Delivery


def follow(merge: Merge) -> None:
    """They are read by the survivor; what has not left yet leaves as the survivor wishes."""
    mine = (
        OutboxMessage.community_id == merge.community_id,
        OutboxMessage.recipient_id == merge.from_id,
    )
    db.session.execute(update(OutboxMessage).where(*mine).values(recipient_id=merge.into_id))


def forget(erasure: Erasure) -> None:
    """None is kept, sent or not."""
    mine = (
        OutboxMessage.community_id == erasure.community_id,
        OutboxMessage.recipient_id == erasure.member_id,
    )
    of = Delivery.community_id == erasure.community_id
    ids = select(OutboxMessage.id).where(*mine).scalar_subquery()
    db.session.execute(
        delete(Delivery)
        .where(of, Delivery.message_id.in_(ids))
        .execution_options(synchronize_session=False)
    )
    db.session.execute(delete(OutboxMessage).where(*mine))
