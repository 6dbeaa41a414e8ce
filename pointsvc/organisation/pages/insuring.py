"""One insurance policy for many people of a group at once."""

from __future__ import annotations

from datetime import timedelta
from operator import itemgetter
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.covering import record_insurance
from pointsvc.members.queries import names_of
from pointsvc.members.schemas import PolicyForm
from pointsvc.organisation.pages.desk import blueprint, clerk, id_in
from pointsvc.organisation.queries import get_group, people_of_groups

YEAR = timedelta(days=364)


@blueprint.route("/groups/<uuid:group_id>/insurance")
@requires("organisation.write")
def insure(group_id: UUID) -> str:
    """The policy, and whom it covers: everybody, unless somebody is left out."""
    return _page(group_id, None)


@blueprint.route("/groups/<uuid:group_id>/insurance", methods=["POST"])
@requires("organisation.write")
def insure_people(group_id: UUID) -> ResponseReturnValue:
    """Write it down for those who are ticked."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()
    form = request.form.to_dict()
    form.pop("member_id", None)

    def work() -> int:
        own = set(people_of_groups(community_id, [group_id])[group_id])
        ticked = {id_in(text) for text in request.form.getlist("member_id")}
        return record_insurance(
            community_id=community_id,
            member_ids=own & ticked,
            actor=actor,
            now=now,
            **parse_form(PolicyForm, form),
        )

    try:
        count = transact(work)
    except Refusal as refusal:
        return _page(group_id, refusal), refusal.status
    flash(_("给 %(count)s 人登记了保险。", count=count), "success")
    return redirect(url_for("organisation.group", group_id=group_id), 303)


def _page(group_id: UUID, refusal: Refusal | None) -> str:
    community = get_community(current_community_id())
    people = people_of_groups(community.id, [group_id])[group_id]
    on = clock.local_day(clock.now(), community.zone)
    return render_template(
        "organisation/insure.html",
        group=get_group(community.id, group_id),
        people=sorted(names_of(community.id, people).items(), key=itemgetter(1)),
        ticked=request.form.getlist("member_id") if refusal else [str(each) for each in people],
        refusal=refusal,
        values=request.form,
        policy_id=new_id(),
        today=on,
        year_on=on + YEAR,
    )
