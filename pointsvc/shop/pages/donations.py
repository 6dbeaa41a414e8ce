"""The donation register: the list with search and months, one gift with its papers, its letter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.attachments.queries import pictures_of
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock, qr
from pointsvc.kernel.addresses import public_base
from pointsvc.kernel.csv_lines import BOM, csv_line
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import names_of
from pointsvc.shop.gift_words import BASES
from pointsvc.shop.money import yuan
from pointsvc.shop.pages.desk import blueprint, faults_of, looked_for, my_stockrooms, shown_here
from pointsvc.shop.pages.months import month_in, months_back
from pointsvc.shop.pages.new_donation import papers_in_form
from pointsvc.shop.pages.pictures import DONATION, PICTURES_MAX, keep_pictures, read_pictures
from pointsvc.shop.queries.donations import (
    DonationFacts,
    GiftFilter,
    donations_for,
    get_donation,
    page_of_donations,
)
from pointsvc.shop.queries.gifts import code_since, fates_of, find_papers, value_bases
from pointsvc.shop.service.donor_codes import make_donor_code
from pointsvc.shop.service.gift_papers import change_papers

QR_VERSION_MAX = 12


@blueprint.route("/donations")
@requires("shop.inspect")
def donations() -> str:
    """The register, newest first; of a month, with words in donor, goods or number."""
    asked, kept = _asked()
    after = request.args.get("after")
    page = page_of_donations(current_community_id(), asked=asked, after=after)
    return render_template(
        "shop/donations.html",
        donations=page.rows,
        may_record=bool(my_stockrooms()),
        text=asked.text,
        month=kept["month"],
        months=months_back(),
        csv_url=url_for("shop.donations_csv", **kept),
        next_url=url_for("shop.donations", after=page.next, **kept) if page.next else None,
        first_url=url_for("shop.donations", **kept) if after else None,
    )


@blueprint.route("/donations.csv")
@requires("shop.inspect")
def donations_csv() -> Response:
    """The same gifts line by line, for a spreadsheet; donors' names as in the register."""
    asked, _kept = _asked()
    head = [
        _("凭证号"),
        _("收到"),
        _("捐赠人"),
        _("物品"),
        _("规格"),
        _("数量"),
        _("价值（元）"),
        _("保质期至"),
        _("指定用途"),
    ]
    body = BOM + csv_line(head) + "".join(_csv_lines(asked))
    response = Response(body, mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="donations.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.route("/donations/<uuid:donation_id>")
@requires("shop.inspect")
def donation(donation_id: UUID) -> str:
    """One gift, and its certificate: donor, goods, organisation, handler, date (慈善法 art. 38)."""
    return _page(donation_id, None)


@blueprint.route("/donations/<uuid:donation_id>/letter")
@requires("shop.inspect")
def donation_letter(donation_id: UUID) -> str:
    """A letter of thanks to print, in the name of the receiving entity."""
    return render_template("shop/donation_letter.html", **_facts(donation_id))


@blueprint.route("/donations/<uuid:donation_id>/code", methods=["POST"])
@requires("shop.donate")
def make_code(donation_id: UUID) -> str:
    """A new address for the donor, shown and printed this once; the one before shows nothing."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    secret = transact(
        lambda: make_donor_code(
            community_id=community_id, donation_id=donation_id, made_by_id=actor_id, now=now
        )
    )
    return _page(donation_id, public_base() + url_for("shop.given", secret=secret))


@blueprint.route("/donations/<uuid:donation_id>/papers", methods=["GET", "POST"])
@requires("shop.donate")
def donation_papers(donation_id: UUID) -> ResponseReturnValue:
    """Change the papers, as when the charity's receipt comes later; add photographs."""
    if request.method == "GET":
        return _papers_page(donation_id, None)
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        papers = papers_in_form()
        pictures = read_pictures()

        def work() -> None:
            if papers is not None:
                change_papers(
                    community_id=community_id,
                    donation_id=donation_id,
                    papers=papers,
                    by_id=actor_id,
                    now=now,
                )

        transact(work)
        keep_pictures(DONATION, donation_id, pictures, now)
    except Refusal as refusal:
        return _papers_page(donation_id, shown_here(refusal)), refusal.status
    flash(_("改好了。"), "success")
    return redirect(url_for("shop.donation", donation_id=donation_id), 303)


def _papers_page(donation_id: UUID, refusal: Refusal | None) -> str:
    facts = _facts(donation_id)
    values: Any = (
        request.form
        if refusal
        else facts["papers"] or {"receiving_entity": facts["community"].name}
    )
    return render_template(
        "shop/donation_papers.html",
        values=values,
        refusal=refusal,
        faults=faults_of(refusal),
        pictures_max=PICTURES_MAX,
        **facts,
    )


def _page(donation_id: UUID, address: str | None) -> str:
    facts = _facts(donation_id)
    roles = current_caller().roles
    return render_template(
        "shop/donation.html",
        address=address,
        svg=qr.svg(address, title=_("捐赠人查询的网址"), version_max=QR_VERSION_MAX)
        if address
        else None,
        code_since=code_since(current_community_id(), donation_id),
        may_write=bool(roles & {"keeper", "clerk"}),
        may_trace=bool(roles & {"clerk", "supervisor", "auditor"}),
        reader_id=current_actor_id(),
        is_clerk="clerk" in roles,
        **facts,
    )


def _facts(donation_id: UUID) -> dict[str, Any]:
    community = get_community(current_community_id())
    gift = get_donation(community.id, donation_id)
    handler = names_of(community.id, [gift.handler_id] if gift.handler_id else [])
    return {
        "gift": gift,
        "community": community,
        "zone": community.zone,
        "handler": next(iter(handler.values()), ""),
        "papers": find_papers(community.id, donation_id),
        "bases": value_bases(community.id, [line.id for line in gift.lines]),
        "basis_words": BASES,
        "fates": [] if gift.is_history else fates_of(community.id, gift),
        "pictures": pictures_of(community.id, DONATION, [donation_id]).get(donation_id, []),
    }


def _asked() -> tuple[GiftFilter, dict[str, Any]]:
    text = looked_for()[:80]
    month = month_in(request.args.get("month"))
    kept = {"q": text or None, "month": month.name if month else None}
    first: date | None = month.first if month else None
    return GiftFilter(first, month.last if month else None, text), kept


def _csv_lines(asked: GiftFilter) -> Iterator[str]:
    before: int | None = None
    while found := donations_for(current_community_id(), asked, before_no=before):
        yield from (line for gift in found for line in _csv_of(gift))
        before = found[-1].receipt_no


def _csv_of(gift: DonationFacts) -> Iterator[str]:
    for line in gift.lines:
        yield csv_line(
            [
                gift.receipt_no,
                gift.received_on.isoformat(),
                gift.donor or _("不留名"),
                line.product_name,
                line.pack,
                line.quantity,
                yuan(line.value_fen).replace(",", "") if line.value_fen is not None else "",
                line.best_before_on.isoformat() if line.best_before_on else "",
                line.restriction or "",
            ]
        )
