"""Shapes of the forms about rosters, wishes and substitution."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from marshmallow import fields, validate
from werkzeug.datastructures import MultiDict

from pointsvc.kernel.fields import Shape, Text, Whole, parse_form
from pointsvc.plots.rules.cares import CARES
from pointsvc.plots.rules.roster import PARTS
from pointsvc.plots.rules.substituting import CIRCLES, REASONS
from pointsvc.plots.rules.wishes import Wishes

SEAT: Final = re.compile(r"seat-([0-9a-f-]{36})-\d{1,2}")
HOURS_MAX: Final = 40


class EntryForm(Shape):
    """Yes or no to a duty; `place_id` says which page to go back to."""

    answer = fields.String(required=True, validate=validate.OneOf(("confirmed", "declined")))
    place_id = fields.UUID(load_default=None)
    month = Text(load_default=None, high=7)


class _FromPage(Shape):
    """From which page it comes, to go back to."""

    place_id = fields.UUID(load_default=None)
    back = Text(load_default="", high=20)


class ReasonForm(_FromPage):
    """Why somebody cannot come."""

    reason = fields.String(required=True, validate=validate.OneOf(REASONS))


class CircleForm(_FromPage):
    """Whom to ask."""

    circle = fields.String(required=True, validate=validate.OneOf(CIRCLES))


class VetoForm(_FromPage):
    """Why not."""

    why = Text(load_default="", high=200)


class LimitsForm(Shape):
    """What is one value in a form of wishes."""

    is_light_only = fields.Boolean(load_default=False)
    week_hours_max = Whole(load_default=None, low=1, high=HOURS_MAX)


def seats_in(form: Mapping[str, str]) -> list[tuple[UUID, UUID]]:
    """Duty and member of every seat of the form that somebody was chosen for; others are gaps."""
    chosen = []
    for name, value in form.items():
        found = SEAT.fullmatch(name)
        if found and value:
            try:
                chosen.append((UUID(found[1]), UUID(value)))
            except ValueError:
                continue
    return chosen


def wishes_in(form: MultiDict[str, str]) -> Wishes:
    """What is ticked; no day and no time of day at all means any. Raises Invalid."""
    names = ("is_light_only", "week_hours_max")
    limits: dict[str, Any] = parse_form(
        LimitsForm, {name: form[name] for name in names if name in form}
    )
    days = {int(day) for day in form.getlist("weekdays") if day in set("0123456")}
    return Wishes(
        weekdays=frozenset(days or range(7)),
        parts=frozenset(set(PARTS) & set(form.getlist("parts")) or PARTS),
        avoids=frozenset(set(CARES) & set(form.getlist("avoids"))),
        **limits,
    )
