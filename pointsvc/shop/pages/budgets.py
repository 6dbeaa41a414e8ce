"""Whose money may pay an invoice: the sponsors' budgets to choose from."""

from __future__ import annotations

from uuid import UUID

from pointsvc.kernel.i18n import gettext as _
from pointsvc.shop.money import yuan
from pointsvc.shop.queries.money import get_sponsorship, list_sponsorships


def budgets_of(community_id: UUID, chosen_id: UUID | None = None) -> list[tuple[UUID, str]]:
    """Those with something left, and the one that pays already, however old: id and words."""
    found = list_sponsorships(community_id, only_left=True)
    if chosen_id is not None and chosen_id not in {each.id for each in found}:
        found.append(get_sponsorship(community_id, chosen_id))
    return [
        (
            each.id,
            _(
                "%(sponsor)s，还剩 %(left)s 元",
                sponsor=each.sponsor or _("不留名"),
                left=yuan(each.left_fen),
            ),
        )
        for each in found
    ]
