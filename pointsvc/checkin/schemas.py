"""Shapes of scans, codes and their answers."""

from __future__ import annotations

import math
import re
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from pointsvc.checkin.scans import BATCH_MAX, COUNTER_MAX, QUANTITY_MAX, Position
from pointsvc.kernel.fields import Day, Moment, Shape, Text, Whole
from pointsvc.kernel.geo import point_at, point_in
from pointsvc.kernel.i18n import gettext as _

CODE_LENGTH_MAX = 2000
ACCURACY_METRES_MAX = 10_000_000
_POSITION = re.compile(r"([-+., \d]{3,60});(\d{1,7})", re.ASCII)


class Measure(fields.Float):
    """A measured number within bounds: no text, no bool."""

    def __init__(self, *, low: int, high: int, **kwargs: Any) -> None:
        """Accept `low` to `high`, both included."""
        super().__init__(validate=validate.Range(low, high), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if type(value) not in {int, float}:
            raise ValidationError(_("须为数字。"))
        return float(super()._deserialize(value, attr, data, **kwargs))


class PositionAsked(Shape):
    """Where the phone is (WGS-84, degrees), asked for at a sign only; a distance is all that stays."""

    latitude = Measure(required=True, low=-90, high=90)
    longitude = Measure(required=True, low=-180, high=180)
    accuracy_metres = Measure(required=True, low=0, high=ACCURACY_METRES_MAX)

    @post_load
    def _as_position(self, values: dict[str, float], **_kwargs: Any) -> Position:
        point = point_at(values["latitude"], values["longitude"])
        assert point is not None, "within its bounds"
        return Position(point, math.ceil(values["accuracy_metres"]))


class PositionTyped(fields.Field[Position]):
    """A position as the page's script writes it into the form: `36.123456,103.123456;12`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Position:
        parts = _POSITION.fullmatch(str(value))
        point = point_in(parts[1]) if parts else None
        if parts is None or point is None:
            raise ValidationError(_("位置读不懂。"))
        return Position(point, int(parts[2]))


class ScanAsked(Shape):
    """One scan. `scan_id` is made and kept by the sender: a retry carries the same one.

    `device_id` is made once by each installation, `device_counter` counts its scans in this
    community: 1, 2, 3 … Both are kept with the scan; a device that is signed in is its own.

    `position` counts only for the sender's own scan of a printed sign, where the community asks for
    positions, the place has one, and the sender agreed: it becomes whole metres, and no retry
    needs the same one.
    """

    scan_id = fields.UUID(required=True)
    code = fields.String(required=True, validate=validate.Length(1, CODE_LENGTH_MAX))
    direction = fields.String(required=True, validate=validate.OneOf(["in", "out", "drop"]))
    shift_id = fields.UUID(allow_none=True, load_default=None)
    claimed_at = Moment(allow_none=True, load_default=None)
    quantity = Whole(low=1, high=QUANTITY_MAX, load_default=1)
    device_id = fields.UUID(allow_none=True, load_default=None)
    device_counter = Whole(low=1, high=COUNTER_MAX, allow_none=True, load_default=None)
    position = fields.Nested(PositionAsked, allow_none=True, load_default=None)


class ScansAsked(Shape):
    """An upload: up to 200 scans, each with its own answer."""

    scans = fields.List(
        fields.Nested(ScanAsked), required=True, validate=validate.Length(1, BATCH_MAX)
    )


class ScannedMember(Shape):
    """A member; a device gets the name masked."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class ScanShown(Shape):
    """The answer to a scan; `message` says the reason in the reader's language."""

    scan_id = fields.UUID(required=True)
    verdict = fields.String(
        required=True,
        validate=validate.OneOf(["accepted", "provisional", "held", "refused"]),
    )
    reason = fields.String(required=True, allow_none=True)
    message = fields.String(required=True, allow_none=True)
    member = fields.Nested(ScannedMember, required=True, allow_none=True)
    attendance_id = fields.UUID(required=True, allow_none=True)
    shift_id = fields.UUID(required=True, allow_none=True)
    award_points = fields.Integer(required=True)
    service_minutes = fields.Integer(required=True)
    balance_points = fields.Integer(required=True, allow_none=True)


class NumbersShown(Shape):
    """Numbers that did not come, the first to the last."""

    first = fields.Integer(required=True)
    last = fields.Integer(required=True)


class MissingShown(Shape):
    """What a device that sent later numbers has not sent; `message` in the reader's language."""

    device_id = fields.UUID(required=True)
    count = fields.Integer(required=True)
    numbers = fields.List(fields.Nested(NumbersShown), required=True)
    message = fields.String(required=True)


class ScansShown(Shape):
    """The answers to an upload, in the order of the scans.

    `missing` is there where a scan of the upload carries its device's number.
    """

    results = fields.List(fields.Nested(ScanShown), required=True)
    missing = fields.List(fields.Nested(MissingShown))


class DecisionShown(Shape):
    """What was decided later about a scan."""

    decision = fields.String(required=True)
    reason = fields.String(required=True)
    decided_at = fields.String(required=True, metadata={"format": "date-time"})


class StoredScanShown(ScanShown):
    """The first answer, and how things stand now."""

    state = fields.String(required=True)
    received_at = fields.String(required=True, metadata={"format": "date-time"})
    decisions = fields.List(fields.Nested(DecisionShown), required=True)
    distance_metres = fields.Integer(required=True, allow_none=True)


class CodeShown(Shape):
    """A changing code: its address, and when it stops to count."""

    url = fields.String(required=True)
    valid_until = fields.String(required=True, metadata={"format": "date-time"})


class ScanForm(Shape):
    """What the leader's page sends; `auto` leaves the direction to us."""

    scan_id = fields.UUID(required=True)
    code = fields.String(required=True, validate=validate.Length(1, CODE_LENGTH_MAX))
    direction = fields.String(load_default="auto", validate=validate.OneOf(["auto", "in", "out"]))
    quantity = Whole(low=1, high=QUANTITY_MAX, load_default=1)


class DropForm(Shape):
    """What the attendant's page sends; `pace` is how it was set, to come back the same."""

    scan_id = fields.UUID(required=True)
    shift_id = fields.UUID(required=True)
    code = fields.String(required=True, validate=validate.Length(1, CODE_LENGTH_MAX))
    quantity = Whole(low=1, high=QUANTITY_MAX, load_default=1)
    pace = fields.String(load_default="", validate=validate.OneOf(["", "quick"]))


class DeviceScanForm(ScanForm):
    """What a scanner device sends: a check-in, a check-out or a drop, as its shift counts."""

    shift_id = fields.UUID(required=True)


class StationForm(Shape):
    """Opening the station now, for so many hours."""

    shift_id = fields.UUID(required=True)
    place_id = fields.UUID(required=True)
    hours = Whole(required=True, low=1, high=8)


class RosterForm(Shape):
    """Ticks on the roster with their reason; `other` is written where no given one fits."""

    tick_id = fields.UUID(required=True)
    direction = fields.String(required=True, validate=validate.OneOf(["in", "out"]))
    reason = Text(load_default="", high=200)
    other = Text(load_default="", high=200)


class DecisionForm(Shape):
    """Accept or annul what waits, and why."""

    attendance_id = fields.UUID(load_default=None)
    scan_id = fields.UUID(load_default=None)
    accept = fields.String(required=True, validate=validate.OneOf(["yes", "no"]))
    reason = Text(required=True, low=2, high=200)


class CorrectionForm(Shape):
    """Void an attendance, or give it other times (on the clocks of the community)."""

    correction_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["void", "times"]))
    in_at = fields.NaiveDateTime(format="iso", load_default=None)
    out_at = fields.NaiveDateTime(format="iso", load_default=None)
    reason = Text(required=True, low=2, high=200)


class DropCorrectionForm(Shape):
    """The true quantity of a drop; 0 where nothing was brought."""

    correction_id = fields.UUID(required=True)
    quantity = Whole(required=True, low=0, high=QUANTITY_MAX)
    reason = Text(required=True, low=2, high=200)


class CorrectionDecisionForm(Shape):
    """Approve or decline a correction."""

    approve = fields.String(required=True, validate=validate.OneOf(["yes", "no"]))


class BackfillForm(Shape):
    """Who worked when, in which shift (or where, at what, where none was opened), and the proof.

    Times are those of the community's clocks; an end before the beginning is on the next day.
    """

    backfill_id = fields.UUID(required=True)
    shift_id = fields.UUID(load_default=None)
    place_id = fields.UUID(load_default=None)
    activity_kind = Text(load_default="", high=32)
    member_id = fields.UUID(load_default=None)
    volunteer_no = Whole(low=1, load_default=None)
    on = Day(required=True)
    began = fields.Time(format="iso", required=True)
    ended = fields.Time(format="iso", required=True)
    reason = Text(required=True, low=2, high=200)
    evidence = Text(required=True, low=2, high=300)
    witness_id = fields.UUID(load_default=None)


class BackfillDecisionForm(Shape):
    """Agree to a backfill or not, and why not."""

    approve = fields.String(required=True, validate=validate.OneOf(["yes", "no"]))
    reason = Text(load_default="", high=200)


class BackfillEndForm(Shape):
    """Why a backfill must not count."""

    reason = Text(required=True, low=2, high=200)


class SpotCheckForm(Shape):
    """What the volunteer said when somebody of the office asked."""

    was_there = fields.String(required=True, validate=validate.OneOf(["yes", "no"]))
    note = Text(load_default="", high=150)


class TickForm(Shape):
    """What the volunteer says by themself."""

    was_there = fields.String(required=True, validate=validate.OneOf(["yes", "no"]))


class VouchForm(Shape):
    """Whom the witness saw."""

    attendance_id = fields.UUID(required=True)


class SelfForm(Shape):
    """A volunteer's own tap on the page behind a shift's or a sign's code."""

    scan_id = fields.UUID(required=True)
    shift_id = fields.UUID(load_default=None)
    direction = fields.String(required=True, validate=validate.OneOf(["in", "out"]))
    position = PositionTyped(load_default=None)
