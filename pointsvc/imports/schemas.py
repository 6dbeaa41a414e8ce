"""The shapes of what the pages send."""

from __future__ import annotations

from marshmallow import EXCLUDE, fields

from pointsvc.kernel.fields import Shape


class UploadForm(Shape):
    """A file comes beside it; the id was made when the form was shown, so that twice is once."""

    run_id = fields.UUID(required=True)


class RowForm(Shape):
    """The cells of a row in the order of its headings, and where the clerk was in the list."""

    class Meta:
        """The cells are as many as the sheet has columns."""

        unknown = EXCLUDE

    sheet = fields.String(load_default=None)
    after = fields.String(load_default=None)
