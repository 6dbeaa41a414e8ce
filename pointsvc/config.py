"""Settings, read once from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from environs import Env

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
    )
)


class SettingsError(Exception):
    """The environment does not fit; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set; see contract names `POINTSVC_*` in the README."""

    instance: Path
    database_url: str
    secret_key: str | None = None
    secret_key_file: Path | None = None
    public_url: str | None = None
    workers: int = 2
    proxy_count: int = 0
    log_level: str = "INFO"

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
        return cls(
            instance=folder,
            database_url=env.str("DATABASE_URL", f"sqlite:///{folder / 'pointsvc.sqlite3'}"),
            secret_key=env.str("SECRET_KEY", None),
            secret_key_file=Path(key_file) if key_file else None,
            public_url=env.str("PUBLIC_URL", None),
            workers=_positive(env, "WORKERS", 2),
            proxy_count=_positive(env, "PROXY_COUNT", 0),
            log_level=env.str("LOG_LEVEL", "INFO").upper(),
        )


def _positive(env: Env, name: str, default: int) -> int:
    value = env.str(name, str(default))
    if not value.isascii() or not value.isdigit():
        message = f"POINTSVC_{name} must be a whole number, not {value!r}"
        raise SettingsError(message)
    return int(value)
