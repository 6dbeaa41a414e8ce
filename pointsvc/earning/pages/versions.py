"""One activity's tariff through time, and the form for its next version."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.queries import KindFacts, find_kinds
from pointsvc.earning.errors import TariffUnknown
from pointsvc.earning.pages.desk import beside_day, blueprint, name_of, shown, today
from pointsvc.earning.queries import find_versions
from pointsvc.earning.rules import TariffFacts, in_force
from pointsvc.earning.schemas import DECISION_LENGTH, TariffForm, TariffLookForm
from pointsvc.earning.service import Terms, set_tariff
from pointsvc.earning.words import BASES, EXPIRIES, HOLDERS, examples_of
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid, Refusal
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


@blueprint.route("/<code>")
@requires("earning.read")
def tariff(code: str) -> str:
    """All versions, newest first; for clerks the form of the next one."""
    return _page(_kind(code), {}, None)


@blueprint.route("/<code>/versions", methods=["POST"])
@requires("earning.write")
def new_version(code: str) -> ResponseReturnValue:
    """Look at what a new version would pay, or write it."""
    kind, community_id, actor_id = _kind(code), current_community_id(), current_actor_id()
    now, on = clock.now(), today()
    try:
        asked = parse_form(TariffLookForm if "look" in request.form else TariffForm, request.form)
        terms = _terms(asked)
        if asked["look"]:
            examples = examples_of(_facts(code, asked, terms))
            return _page(kind, request.form.to_dict(), None, examples)
        made = transact(
            lambda: set_tariff(
                community_id=community_id,
                code=code,
                terms=terms,
                valid_from_on=asked["valid_from_on"],
                decision=asked["decision"],
                decided_on=asked["decided_on"],
                recorded_by_id=actor_id,
                now=now,
                today=on,
                tariff_id=asked["tariff_id"],
            )
        )
    except (Invalid, Conflict) as refusal:
        return _page(kind, request.form.to_dict(), beside_day(refusal)), refusal.status
    flash(_("第 %(version)s 版写好了。", version=made.version), "success")
    return redirect(url_for("earning.tariff", code=code), 303)


def _kind(code: str) -> KindFacts:
    kinds = find_kinds(current_community_id())
    found = next((kind for kind in kinds if kind.code == code), None)
    if found is None:
        raise TariffUnknown
    return found


def _terms(asked: dict[str, Any]) -> Terms:
    """What was asked for; a number of months means nothing beside another expiry."""
    values = {field.name: asked[field.name] for field in fields(Terms)}
    if asked["expiry"] != "months":
        values["expiry_months"] = None
    return Terms(**values)


def _facts(code: str, asked: dict[str, Any], terms: Terms) -> TariffFacts:
    return TariffFacts(
        id=asked["tariff_id"],
        code=code,
        version=0,
        valid_from_on=asked["valid_from_on"],
        decision=asked["decision"],
        decided_on=asked["decided_on"],
        **asdict(terms),
    )


def _page(
    kind: KindFacts,
    values: dict[str, Any],
    refusal: Refusal | None,
    examples: list[str] | None = None,
) -> str:
    on = today()
    versions = find_versions(community_id=current_community_id(), codes=[kind.code])
    mine = versions.get(kind.code, [])
    now = in_force(mine, on)
    return render_template(
        "earning/tariff.html",
        kind=kind,
        name=name_of(kind),
        now=shown(now) if now else None,
        versions=[shown(version) for version in reversed(mine)],
        today=on,
        values=_values(mine[-1] if mine else None, on) | values | {"tariff_id": new_id()},
        refusal=refusal,
        examples=examples,
        may_write="clerk" in current_caller().roles,
        bases=[(basis, words) for basis, words in BASES.items() if _suits(kind, basis)],
        holders=list(HOLDERS.items()),
        expiries=list(EXPIRIES.items()),
        decision_length=DECISION_LENGTH,
    )


def _suits(kind: KindFacts, basis: str) -> bool:
    return kind.counted_by != "drop" or basis == "quantity"


def _values(last: TariffFacts | None, on: date) -> dict[str, Any]:
    """The form begins with what the newest version says, from tomorrow on."""
    given: dict[str, Any] = {"valid_from_on": on + timedelta(days=1), "decided_on": on}
    if last is None:
        return given | {"cap_holder": "member", "expiry": "end_of_next_year", "step_minutes": 30}
    kept = {field.name: getattr(last, field.name) for field in fields(Terms)}
    return kept | given
