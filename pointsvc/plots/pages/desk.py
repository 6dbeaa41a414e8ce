"""The blueprint of the pages about plots."""

from __future__ import annotations

from flask import Blueprint, request

from pointsvc.attachments.service import check_day
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.permission import current_actor_id, current_community_id

blueprint = Blueprint("plots", __name__, url_prefix="/plots")


def check_pictures_of_today() -> None:
    """Refuse a form with photographs of somebody whose day is used up. Raises PicturesOfDayUsed."""
    if any(file.filename for file in request.files.values()):
        community = get_community(current_community_id())
        check_day(
            community_id=community.id,
            member_id=current_actor_id(),
            today=clock.local_day(clock.now(), community.zone),
        )
