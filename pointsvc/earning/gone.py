"""Two people became one: what they used of the caps of what is earned is used by the one."""

from __future__ import annotations

from sqlalchemy import select

from pointsvc.earning.models import Tariff
from pointsvc.earning.moving import Used, carry_uses, uses_of
from pointsvc.extensions import db
from pointsvc.members.changes import Merge


def follow(merge: Merge) -> None:
    """Caps of persons go to the survivor; caps of households, where there was none, to theirs.

    A survivor who had no household and takes the other's takes along what they used of its caps.
    """
    versions = select(Tariff.code, Tariff.cap_holder).where(
        Tariff.community_id == merge.community_id
    )
    newest_last = db.session.execute(versions.order_by(Tariff.valid_from_on))
    holders = {row.code: row.cap_holder for row in newest_last}
    uses = [
        use
        for each in (merge.from_id, merge.into_id)
        for use in uses_of(community_id=merge.community_id, holder_id=each, subjects=list(holders))
    ]
    into = [merge.into_holder_id if _of_household(use, holders) else merge.into_id for use in uses]
    carry_uses(community_id=merge.community_id, uses=uses, into=into)


def _of_household(use: Used, holders: dict[str, str]) -> bool:
    return holders[use.subject] == "household"
