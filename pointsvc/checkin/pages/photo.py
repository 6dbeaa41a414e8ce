"""The server's eye, for browsers that cannot read a code themselves."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from pointsvc.checkin.errors import PhotoMissing
from pointsvc.checkin.pages.desk import blueprint
from pointsvc.checkin.photos import BYTES_MAX, text_in
from pointsvc.kernel.permission import requires


@blueprint.route("/checkin/decode", methods=["POST"])
@requires("checkin.decode")
def decode() -> ResponseReturnValue:
    """`photo` in, `{"text": …}` out, null where no code is in the picture; nothing is kept."""
    photo = request.files.get("photo")
    if photo is None:
        raise PhotoMissing
    return {"text": text_in(photo.stream.read(BYTES_MAX + 1))}
