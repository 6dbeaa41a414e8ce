"""Settings, read once from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from environs import Env
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

KNOWN: Final = frozenset(
    f"POINTSVC_{name}"
    for name in (
        "DATABASE_URL",
        "INSTANCE",
        "SECRET_KEY",
        "SECRET_KEY_FILE",
        "PUBLIC_URL",
        "WORKERS",
        "PROXY_COUNT",
        "LOG_LEVEL",
        "MAIL_URL",
        "MAIL_FROM",
        "SMS_URL",
        "WECHAT_URL",
        "GATEWAY_TOKEN",
    )
)


CHANNELS: Final[dict[str, tuple[str, ...]]] = {
    "MAIL_URL": ("smtp", "smtps"),
    "MAIL_FROM": (),
    "SMS_URL": ("https", "http"),
    "WECHAT_URL": ("https", "http"),
    "GATEWAY_TOKEN": (),
}
LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
ENGINES: Final = frozenset({"sqlite", "postgresql"})


class SettingsError(Exception):
    """The environment does not fit; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set: the `POINTSVC_*` that the README lists."""

    instance: Path
    database_url: str
    secret_key: str | None = None
    secret_key_file: Path | None = None
    public_url: str | None = None
    workers: int = 2
    proxy_count: int = 0
    log_level: str = "INFO"
    mail_url: str | None = None
    mail_from: str | None = None
    sms_url: str | None = None
    wechat_url: str | None = None
    gateway_token: str | None = None

    @classmethod
    def from_environment(cls, *, instance: str = "./instance") -> Settings:
        """Read `POINTSVC_*`; an unknown one stops the start, so that a typo is not silence."""
        unknown = sorted(n for n in os.environ if n.startswith("POINTSVC_") and n not in KNOWN)
        if unknown:
            known = ", ".join(sorted(KNOWN))
            message = f"unknown setting {', '.join(unknown)}; known are {known}"
            raise SettingsError(message)
        env = Env(prefix="POINTSVC_")
        folder = Path(env.str("INSTANCE", instance)).resolve()
        key_file = env.str("SECRET_KEY_FILE", None)
        database_url = _url(env.str("DATABASE_URL", f"sqlite:///{folder / 'pointsvc.sqlite3'}"))
        return cls(
            instance=folder,
            database_url=database_url,
            secret_key=env.str("SECRET_KEY", None),
            secret_key_file=Path(key_file) if key_file else None,
            public_url=env.str("PUBLIC_URL", None),
            workers=_number(env, "WORKERS", _workers_for(database_url), at_least=1),
            proxy_count=_number(env, "PROXY_COUNT", 0, at_least=0),
            log_level=_level(env.str("LOG_LEVEL", "INFO")),
            **_channels(env),
        )


def _workers_for(database_url: str) -> int:
    """SQLite has one writer: in one process more scans share a transaction (docs/performance.md, P4)."""
    return 1 if make_url(database_url).get_backend_name() == "sqlite" else 2


def _number(env: Env, name: str, default: int, *, at_least: int) -> int:
    value = env.str(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < at_least:
        message = f"POINTSVC_{name} must be a whole number from {at_least} up, not {value!r}"
        raise SettingsError(message)
    return int(value)


def _channels(env: Env) -> dict[str, str | None]:
    """How messages leave the house; what they hold (passwords) is not repeated in the message."""
    found = {name.lower(): env.str(name, None) or None for name in CHANNELS}
    for name, schemes in CHANNELS.items():
        parts = urlsplit(found[name.lower()] or "")
        if found[name.lower()] and schemes and (parts.scheme not in schemes or not parts.hostname):
            message = f"POINTSVC_{name} must begin with {' or '.join(schemes)} and name a host"
            raise SettingsError(message)
    if found["mail_url"] and not found["mail_from"]:
        message = "POINTSVC_MAIL_URL needs POINTSVC_MAIL_FROM, the address that letters come from"
        raise SettingsError(message)
    return found


def _level(text: str) -> str:
    if text.upper() not in LEVELS:
        message = f"POINTSVC_LOG_LEVEL must be one of {', '.join(LEVELS)}, not {text!r}"
        raise SettingsError(message)
    return text.upper()


def _url(text: str) -> str:
    """The address of a database of ours; what it holds (a password) is not repeated in the message."""
    try:
        is_ours = make_url(text).get_backend_name() in ENGINES
    except ArgumentError:
        is_ours = False
    if not is_ours:
        message = "POINTSVC_DATABASE_URL must be sqlite:///… or postgresql+psycopg://…"
        raise SettingsError(message)
    return text
