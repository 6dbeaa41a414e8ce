"""The blueprint, and what every page of the books needs."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, current_app, url_for

from pointsvc.ledger.words import ACCOUNTS, KINDS, REASONS, SOURCES
from pointsvc.members.queries import names_of

blueprint = Blueprint("ledger", __name__, url_prefix="/ledger")


@blueprint.app_template_filter("movement")
def movement(kind: str) -> str:
    """The words of a transfer's kind."""
    return str(KINDS.get(kind, kind))


@blueprint.app_template_filter("account_kind")
def account_kind(kind: str) -> str:
    """The words of an account's kind."""
    return str(ACCOUNTS.get(kind, kind))


@blueprint.app_template_filter("movement_reason")
def movement_reason(code: str) -> str:
    """The words of a reason that the house wrote; any other stays as it is."""
    return str(REASONS.get(code, code))


@blueprint.app_template_filter("source_kind")
def source_kind(source_type: str) -> str:
    """The words of what a transfer comes from."""
    return str(SOURCES.get(source_type, source_type))


def names(community_id: UUID, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of the people among these ids."""
    return names_of(community_id, [id_ for id_ in ids if id_ is not None])


def deed_url(transfer_id: UUID) -> str | None:
    """Where the house shows the deed behind a transfer; the rooms above know it."""
    if "web.deed" not in current_app.view_functions:
        return None
    return url_for("web.deed", transfer_id=transfer_id)
