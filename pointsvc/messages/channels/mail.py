"""Letters by SMTP.

`smtps://user:password@host:465` speaks TLS from the start, `smtp://…:587` after STARTTLS, without which
nothing is sent, but to this very machine.
"""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP as LINES
from typing import Final
from urllib.parse import unquote, urlsplit

from pointsvc.kernel.i18n import gettext as _
from pointsvc.messages.channels import Adapter, Letter, Undelivered

TIMEOUT_SECONDS: Final = 10
FINAL_FROM: Final = 500
HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def letters_by(url: str, sender: str) -> Adapter:
    """An adapter that sends from this address through that server."""

    def send(letter: Letter) -> None:
        try:
            with _connection(url) as server:
                server.send_message(message_of(letter, sender))
        except smtplib.SMTPRecipientsRefused as error:
            worst = max(code for code, _words in error.recipients.values())
            raise Undelivered(f"smtp.{worst}", is_final=worst >= FINAL_FROM) from None
        except smtplib.SMTPResponseException as error:
            raise Undelivered(f"smtp.{error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Undelivered(f"smtp.{type(error).__name__}"[:40]) from None

    return send


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """The letter as a mail; its id is the delivery's, so that a second copy is known as one."""
    mail = EmailMessage(policy=LINES)
    mail["From"] = sender
    mail["To"] = letter.address
    mail["Subject"] = _(
        "绿色账户：%(community)s", community=" ".join(letter.community_name.split())
    )
    mail["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2].strip('> ')}>"
    mail["Date"] = letter.created_at
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text + "\n", cte="base64")
    return mail


def _connection(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_SECONDS)
        if host not in HERE:
            server.starttls(context=ssl.create_default_context())
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
