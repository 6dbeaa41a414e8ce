"""`/api/v1/sign-in`, `/api/v1/me`, `/api/v1/me/statement`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    public,
    requires,
)
from pointsvc.ledger.queries import StatementRow, get_balances, statement
from pointsvc.members.errors import DeviceNeeded, SignInRefused
from pointsvc.members.queries import get_member, names_of
from pointsvc.members.sign_in import Identity, check_card, check_password
from pointsvc.organisation.queries import roles_of
from pointsvc.organisation.rules import ON_DEVICE, WITHHELD_LEAVES, by_weight
from pointsvc.web.identities import caller_address, is_withheld, sign_in_as, zone_of
from pointsvc.web.schemas import (
    MeShown,
    SignedInShown,
    SignInAsked,
    StatementAsked,
    StatementShown,
)

blueprint = Blueprint(
    "web_api", __name__, url_prefix="/api/v1", description="登录与本人 sign-in and oneself"
)


@blueprint.route("/sign-in", methods=["POST"])
@public
@blueprint.arguments(SignInAsked)
@blueprint.response(200, SignedInShown)
@blueprint.alt_response(
    401,
    description="sign_in.refused, sign_in.card_refused; members.totp_required: the code is asked too, "
    "members.totp_wrong",
)
@blueprint.alt_response(429, description="sign_in.too_many")
def sign_in(body: dict[str, Any]) -> dict[str, Any]:
    """Phone and password, or card and PIN with a device's token, for a bearer token.

    Staff who set up a second step send the app's code, or a recovery code, as `totp` beside them.

    Where the phone has members in several communities and none is named, those are listed and no
    token is given. The password proves itself first: nobody learns where a phone is registered.
    """
    now = clock.now()
    found = _by_card(body, now) if "card" in body else _by_phone(body, now)
    if isinstance(found, list):
        return {"communities": [{"id": i.choice, "name": i.place or _("运营管理")} for i in found]}
    visit = sign_in_as(found, now=now, code=body.get("totp"), by_card="card" in body)
    return {
        "token": visit.token,
        "expires_at": clock.local(visit.expires_at, zone_of(found.community_id)).isoformat(),
        "member": {
            "id": found.id,
            "name": found.name,
            "roles": _roles(found, by_card="card" in body),
        },
    }


@blueprint.route("/me")
@requires("me.read")
@blueprint.response(200, MeShown)
def me() -> dict[str, Any]:
    """The caller: name, community, roles, points, minutes, and what expires when."""
    community = get_community(current_community_id())
    member = get_member(community.id, current_actor_id())
    balances = get_balances(
        community_id=community.id,
        member_id=member.id,
        today=clock.local_day(clock.now(), community.zone),
    )
    return {
        "id": member.id,
        "name": member.name,
        "community": community,
        "roles": by_weight(current_caller().roles),
        "balance_points": balances.balance_points,
        "review_points": balances.review_points,
        "reserved_points": balances.reserved_points,
        "service_minutes": balances.service_minutes,
        "expiring": [{"on": on, "points": points} for on, points in balances.expiring],
    }


@blueprint.route("/me/statement")
@requires("me.read")
@blueprint.arguments(StatementAsked, location="query")
@blueprint.response(200, StatementShown)
def my_statement(query: dict[str, Any]) -> dict[str, Any]:
    """The caller's points, newest first; `after` is the `next` of the page before."""
    community = get_community(current_community_id())
    page = statement(
        community_id=community.id,
        member_id=current_actor_id(),
        limit=query["limit"],
        after=query.get("after"),
    )
    return {"entries": [_entry(row, community.zone) for row in page.rows], "next": page.next}


def _by_phone(body: dict[str, Any], now: datetime) -> Identity | list[Identity]:
    identities = check_password(
        phone=body["phone"], password=body["password"], address=caller_address(), now=now
    )
    wanted: UUID | None = body.get("community_id")
    if wanted is None:
        return identities if len(identities) > 1 else identities[0]
    for identity in identities:
        if identity.choice == wanted:
            return identity
    raise SignInRefused


def _by_card(body: dict[str, Any], now: datetime) -> Identity:
    caller = current_caller()
    if caller.kind != "device" or caller.community_id is None:
        raise DeviceNeeded
    community_id = caller.community_id
    member_id = check_card(
        community_id=community_id,
        card=body["card"],
        pin=body["pin"],
        address=caller_address(),
        now=now,
    )
    name = names_of(community_id, [member_id])[member_id]
    return Identity("member", member_id, name, community_id, "")


def _roles(identity: Identity, *, by_card: bool) -> list[str]:
    if identity.community_id is None:
        return ["operator"]
    roles = roles_of(identity.community_id, identity.id)
    if is_withheld(identity) and not by_card:
        roles &= WITHHELD_LEAVES
    device_kind = current_caller().device_kind
    return by_weight(roles & ON_DEVICE[device_kind] if device_kind else roles)


def _entry(row: StatementRow, zone: str) -> dict[str, Any]:
    return {
        "transfer_id": row.transfer_id,
        "at": clock.local(row.at, zone).isoformat(),
        "kind": row.kind,
        "reason": row.reason,
        "delta_points": row.delta_points,
        "balance_points": row.balance_points,
        "source": {"type": row.source_type, "id": row.source_id},
    }
