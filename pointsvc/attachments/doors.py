"""What a room's pages need for photographs: reading those of a form, answering with one.

Every room calls these from a view of its own, which has asked who may see what.
"""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from pointsvc.attachments.encoding import Picture, written_anew
from pointsvc.attachments.errors import PicturesFull
from pointsvc.attachments.queries import PictureFacts, content_of
from pointsvc.attachments.rules import BYTES_MAX


def pictures_in(name: str, *, most: int) -> list[Picture]:
    """The photographs of a field of the form, written anew; a field left empty is none.

    Raises:
        PicturesFull: more at once than there may be at all. PictureTooLarge. PictureUnreadable.
    """
    files = [each for each in request.files.getlist(name) if each.filename]
    if len(files) > most:
        raise PicturesFull(most=most)
    return [written_anew(each.stream.read(BYTES_MAX + 1)) for each in files]


def answer_with(community_id: UUID, picture: PictureFacts) -> Response:
    """The JPEG, for this reader alone: asked for again each time, so that what was removed is gone."""
    tag = picture.sha256.hex()
    if request.if_none_match.contains(tag):
        response = Response(status=304)
    else:
        response = Response(content_of(community_id, picture.id), mimetype="image/jpeg")
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = f'inline; filename="{picture.id}.jpg"'
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
