"""Who may collect."""

from __future__ import annotations

from pointsvc.kernel.fields import Shape, Text, Whole


class ProxyForm(Shape):
    """A person by number and name, which must fit each other, and what they are to the member."""

    volunteer_no = Whole(required=True, low=1, high=1_000_000_000)
    name = Text(required=True, low=1, high=60)
    relation = Text(required=True, low=1, high=20)
