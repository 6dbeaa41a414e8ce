"""Shapes of what is said of plots, their outlines and their corners."""

from __future__ import annotations

from marshmallow import fields, validate

from pointsvc.kernel.fields import Day, Shape, Text, Whole
from pointsvc.plots.rules.owners import OWNERS
from pointsvc.plots.rules.terms import NOTICE_DAYS
from pointsvc.plots.schemas import PlotForm

CORNERS_LENGTH = 1000


class FactsForm(PlotForm):
    """What the office knows of a plot, its sign's words and its owner too."""

    buildings = Text(load_default=None, high=120)
    sign_text = Text(load_default=None, high=120)
    owner_kind = fields.String(load_default=None, validate=validate.OneOf(OWNERS))
    owner_name = Text(load_default=None, high=80)


class OutlineForm(Shape):
    """Corners, one a line; nothing takes the outline away."""

    corners = Text(load_default="", high=CORNERS_LENGTH)


class MapForm(Shape):
    """How far the map reaches, and what is handed over, a thing a line."""

    width_metres = Whole(required=True, low=20, high=5000)
    height_metres = Whole(required=True, low=20, high=5000)
    checklist = Text(load_default="", high=1700)


class OfferForm(Shape):
    """Which corner, to whom, for how long; the id was made when the page was shown."""

    adoption_id = fields.UUID(required=True)
    member_id = fields.UUID(required=True)
    corner = Text(required=True, low=1, high=40)
    corners = Text(load_default=None, high=CORNERS_LENGTH)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    notice_days = Whole(load_default=NOTICE_DAYS, low=0, high=366)


class CornerAnswerForm(Shape):
    """Yes or no; who says yes says that they read the clauses."""

    answer = fields.String(required=True, validate=validate.OneOf(("accepted", "declined")))


class NoticeForm(Shape):
    """Why it ends."""

    reason = Text(load_default=None, high=200)
