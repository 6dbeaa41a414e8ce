"""A line in the log instead of a message: for a house that has no channel set up yet."""

from __future__ import annotations

import structlog

from pointsvc.messages.channels import Letter

log = structlog.get_logger()


def write_line(letter: Letter) -> None:
    """Say that something would have left; neither to whom nor what."""
    log.info("message", channel=letter.channel, topic=letter.topic, delivery_id=str(letter.id))
