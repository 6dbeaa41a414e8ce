"""The inspection form's versions, and a new one: sections and items that make 100 points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.plots.doing.form_versions import find_forms, form_in_force, set_form
from pointsvc.plots.forms.doing import FormVersionForm, ItemForm
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.rules.inspecting import FULL, ITEMS_MAX, SEED_FORM, Item
from pointsvc.plots.words import form_words

COLUMNS: Final = ("section", "name", "points")
SPARE: Final = 3


@blueprint.route("/inspections/form")
@requires("plots.inspections")
def inspection_form() -> str:
    """The version in force, those before, and for the clerk the next one."""
    return _page(None, {}, None)


@blueprint.route("/inspections/form", methods=["POST"])
@requires("organisation.write")
def new_inspection_form() -> ResponseReturnValue:
    """A version from a day on."""
    community, actor_id, now = (
        get_community(current_community_id()),
        current_actor_id(),
        clock.now(),
    )
    today = clock.local_day(now, community.zone)
    lines = _lines()
    try:
        named = {n: t for n, t in request.form.items() if n in FormVersionForm().fields}
        values = parse_form(FormVersionForm, named)
        items = _items(lines)
        transact(
            lambda: set_form(
                community_id=community.id,
                items=items,
                recorded_by_id=actor_id,
                now=now,
                today=today,
                **values,
            )
        )
    except Refusal as refusal:
        return _page(lines, request.form.to_dict(), refusal), refusal.status
    flash(_("新的验收表写好了，到那一天起用；已经请了人的还用原来的。"), "success")
    return redirect(url_for("plots.inspection_form"), 303)


def _lines() -> list[dict[str, str]]:
    """The lines as they were typed; those with nothing in them are left out."""
    columns = [request.form.getlist(name)[: ITEMS_MAX + SPARE] for name in COLUMNS]
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*columns, strict=False)]
    return [row for row in rows if any(text.strip() for text in row.values())]


def _items(lines: Sequence[dict[str, str]]) -> list[Item]:
    try:
        return [Item(**parse_form(ItemForm, line)) for line in lines]
    except Invalid as refusal:
        raise Invalid({"items": [_("每一项都要写名称，至少 1 分。")]}) from refusal


def _page(
    lines: list[dict[str, str]] | None, values: dict[str, Any], refusal: Refusal | None
) -> str:
    community = get_community(current_community_id())
    today = clock.local_day(clock.now(), community.zone)
    current = form_in_force(community.id, today)
    standing = current.items if current else SEED_FORM
    typed = lines if lines is not None else [_line(item) for item in standing]
    return render_template(
        "plots/inspection_form.html",
        current=current,
        standing=standing,
        versions=find_forms(community.id),
        lines=[*typed, *[dict.fromkeys(COLUMNS, "") for _n in range(SPARE)]],
        may_write="clerk" in current_caller().roles,
        values={"valid_from_on": (today + timedelta(days=1)).isoformat(), "decision": ""} | values,
        form_id=values.get("form_id") or new_id(),
        today=today.isoformat(),
        refusal=refusal,
        full=FULL,
        form_words=form_words,
    )


def _line(item: Item) -> dict[str, str]:
    return {"section": item.section, "name": item.name, "points": str(item.points)}
