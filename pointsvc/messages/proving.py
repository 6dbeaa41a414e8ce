"""Letters that ask whether an address is somebody's own: the only ones to one that is not confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import structlog
from flask import current_app

from pointsvc.communities.queries import CommunityFacts
from pointsvc.kernel import clock
from pointsvc.kernel.i18n import gettext as _, speaking
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.emails import HOLDS_FOR, ProofLetter, put_off, take_letters
from pointsvc.members.wishes import wish_of
from pointsvc.messages.channels import Adapter, Letter, Undelivered

TOPIC: Final = "messages.email_proof"
HERE: Final = "http://127.0.0.1:8000"
log = structlog.get_logger()


def send_proofs(community: CommunityFacts, adapter: Adapter, now: datetime) -> int:
    """Send what is due; how many left. A letter that does not leave is put off."""
    taken = transact(lambda: take_letters(community_id=community.id, now=now))
    return sum(_send(community, adapter, each) for each in taken)


def _send(community: CommunityFacts, adapter: Adapter, each: ProofLetter) -> bool:
    wish = wish_of(community.id, each.member_id)
    if wish.email is None:
        return False
    with speaking(wish.locale):
        text = _words(community, each.token)
    letter = Letter(
        id=new_id(),
        channel="email",
        address=wish.email,
        text=text,
        topic=TOPIC,
        community_name=community.name,
        created_at=clock.now(),
    )
    try:
        adapter(letter)
    except Exception as error:  # noqa: BLE001 - one letter that cannot be written holds up no other
        code = error.code if isinstance(error, Undelivered) else type(error).__name__
        log.warning("undelivered", channel="email", delivery_id=str(letter.id), fault=code)
        transact(lambda: put_off(community_id=community.id, letter=each, now=clock.now()))
        return False
    return True


def _words(community: CommunityFacts, token: str) -> str:
    base = (current_app.config["PUBLIC_URL"] or HERE).rstrip("/")
    given = {"community_id": community.id, "token": token}
    path = current_app.url_map.bind("").build("messages.confirm", given)
    return _(
        "有人在“%(community)s”的绿色账户里填了这个邮箱，要在这里收消息。\n\n"
        "是您的话，请在 %(hours)s 小时内打开下面的地址，点“是我的邮箱”：\n%(address)s\n\n"
        "不是您的话，什么都不用做：不会再有信来。",
        community=community.name,
        hours=int(HOLDS_FOR.total_seconds()) // 3600,
        address=base + path,
    )
