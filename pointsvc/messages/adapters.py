"""Which adapter each channel has, by the operator's settings."""

from __future__ import annotations

from pointsvc.config import Settings
from pointsvc.messages.channels import Adapter
from pointsvc.messages.channels.console import write_line
from pointsvc.messages.channels.gateway import posts_to
from pointsvc.messages.channels.mail import letters_by
from pointsvc.messages.rules import CHANNELS


def connected(settings: Settings) -> frozenset[str]:
    """The channels that really lead out of the house."""
    urls = {"email": settings.mail_url, "sms": settings.sms_url, "wechat": settings.wechat_url}
    return frozenset(channel for channel in CHANNELS if urls[channel])


def adapters_of(settings: Settings) -> dict[str, Adapter]:
    """An adapter for each channel; the log's where nothing is set up."""
    adapters: dict[str, Adapter] = dict.fromkeys(CHANNELS, write_line)
    if settings.mail_url and settings.mail_from:
        adapters["email"] = letters_by(settings.mail_url, settings.mail_from)
    for channel, url in (("sms", settings.sms_url), ("wechat", settings.wechat_url)):
        if url:
            adapters[channel] = posts_to(url, settings.gateway_token)
    return adapters
