"""Shapes of places and shops."""

from __future__ import annotations

from marshmallow import fields

from pointsvc.kernel.fields import Shape


class PlaceShown(Shape):
    """A place in use."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": ["plot", "station", "shop", "hall"]})


class ShopShown(Shape):
    """A shop in use."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class PlacesShown(Shape):
    """Places by kind and number."""

    places = fields.List(fields.Nested(PlaceShown), required=True)


class ShopsShown(Shape):
    """Shops by number."""

    shops = fields.List(fields.Nested(ShopShown), required=True)
