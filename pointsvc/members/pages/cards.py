"""Cards and first sign-in slips: issued, replaced, printed on A4."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock, codes, qr
from pointsvc.kernel.addresses import public_base
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import (
    REASONS,
    CardFacts,
    issue_card,
    issue_cards,
    live_cards,
    mark_printed,
    replace_card,
    revoke_card,
)
from pointsvc.members.first_sign_ins import print_slip
from pointsvc.members.pages.desk import blueprint, clerk, done, today
from pointsvc.members.queries import MemberFacts, get_member, without_card

QR_VERSION_MAX = 10
BATCH_MAX = 200


@blueprint.route("/cards")
@requires("cards.print")
def cards() -> str:
    """Live cards not printed yet, and how many people have none."""
    community_id = current_community_id()
    return render_template(
        "members/cards.html",
        unprinted=live_cards(community_id, unprinted_only=True),
        without=len(without_card(community_id, limit=BATCH_MAX)),
        batch=BATCH_MAX,
    )


@blueprint.route("/cards/issue", methods=["POST"])
@requires("cards.print")
def issue_missing() -> ResponseReturnValue:
    """Give cards to people without one, 200 at a time by volunteer number."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()
    issued = transact(
        lambda: issue_cards(
            community_id=community_id,
            member_ids=without_card(community_id, limit=BATCH_MAX),
            actor=actor,
            now=now,
        )
    )
    flash(_("新发 %(count)s 张卡，可以打印了。", count=len(issued)), "success")
    return redirect(url_for("members.cards"), 303)


@blueprint.route("/cards/sheet")
@requires("cards.print")
def card_sheet() -> str:
    """Sheets of cards on A4 with cut marks: those of `member_id`, or all not printed yet."""
    community = get_community(current_community_id())
    wanted = _ids(request.args.getlist("member_id"))
    found = live_cards(community.id, member_ids=wanted or None, unprinted_only=not wanted)
    return render_template(
        "members/card_sheet.html",
        community=community,
        printed=[(card, _card_svg(card), codes.typed(card.token)) for card in found],
    )


@blueprint.route("/cards/printed", methods=["POST"])
@requires("cards.print")
def printed() -> ResponseReturnValue:
    """The sheets came out of the printer well."""
    community_id, now = current_community_id(), clock.now()
    ids = _ids(request.form.getlist("card_id"))
    transact(lambda: mark_printed(community_id=community_id, card_ids=ids, now=now))
    flash(_("已标为打印好。"), "success")
    return redirect(url_for("members.cards"), 303)


@blueprint.route("/<uuid:member_id>/card", methods=["POST"])
@requires("cards.print")
def issue(member_id: UUID) -> ResponseReturnValue:
    """A first card."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()

    def work() -> None:
        issue_card(community_id=community_id, member_id=member_id, actor=actor, now=now)

    return done(member_id, work, _("卡发好了，请打印。"))


@blueprint.route("/<uuid:member_id>/card/replace", methods=["POST"])
@requires("cards.print")
def replace(member_id: UUID) -> ResponseReturnValue:
    """Another card; the old one never works again."""
    community_id, actor, now, reason = current_community_id(), clerk(), clock.now(), _reason()

    def work() -> None:
        replace_card(
            community_id=community_id, member_id=member_id, reason=reason, actor=actor, now=now
        )

    return done(member_id, work, _("旧卡已作废，新卡请打印。"))


@blueprint.route("/<uuid:member_id>/card/revoke", methods=["POST"])
@requires("cards.print")
def revoke(member_id: UUID) -> ResponseReturnValue:
    """No card any more."""
    community_id, actor, now, reason = current_community_id(), clerk(), clock.now(), _reason()

    def work() -> None:
        revoke_card(
            community_id=community_id, member_id=member_id, reason=reason, actor=actor, now=now
        )

    return done(member_id, work, _("卡已作废，再也不能用。"))


@blueprint.route("/slips", methods=["POST"])
@requires("cards.print")
def slips() -> str:
    """First sign-in slips to print now: the digits are shown this once and older slips end."""
    community, now = get_community(current_community_id()), clock.now()
    wanted = _ids(request.form.getlist("member_id"))[:BATCH_MAX]
    actor, on = clerk(), today(now)
    people = [get_member(community.id, member_id) for member_id in wanted]

    def work() -> list[tuple[MemberFacts, str]]:
        return [
            (
                person,
                print_slip(
                    community_id=community.id, member_id=person.id, actor=actor, now=now, today=on
                ),
            )
            for person in people
        ]

    address = public_base() + "/sign-in/first"
    return render_template(
        "members/slips.html",
        community=community,
        address=address,
        svg=qr.svg(address, title=_("第一次登录的地址"), version_max=QR_VERSION_MAX),
        slips=[(person, f"{digits[:4]} {digits[4:]}") for person, digits in transact(work)],
    )


def _card_svg(card: CardFacts) -> str:
    address = codes.url(public_base(), card.token)
    title = _("%(name)s的居民卡二维码", name=card.member_name)
    return qr.svg(address, title=title, version_max=QR_VERSION_MAX)


def _reason() -> str:
    reason = request.form.get("reason", REASONS[0])
    if reason not in REASONS:
        raise Invalid({"reason": [_("没有这个原因。")]})
    return reason


def _ids(texts: Sequence[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError as error:
        raise NotFound from error
