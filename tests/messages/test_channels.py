"""The ways out, against servers on loopback: what is sent, and what is made of their answers."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_string
from email.policy import default
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from pointsvc.config import Settings, SettingsError
from pointsvc.messages.channels import Letter, Undelivered
from pointsvc.messages.channels.console import write_line
from pointsvc.messages.channels.gateway import posts_to
from pointsvc.messages.channels.mail import letters_by
from tests.messages.servers import Gateway, Post

ID = UUID("0190aaaa-0000-7000-8000-000000000001")
LETTER = Letter(
    id=ID,
    channel="email",
    address="limei@example.org",
    text="别忘了：1号田。",
    topic="activities.coming",
    community_name="尚城名邸",
    created_at=datetime(2026, 11, 21, 10, tzinfo=UTC),
)


@pytest.mark.engines("sqlite")
@pytest.mark.usefixtures("database")
def test_a_letter_is_a_mail_that_is_known_again(post: Post) -> None:
    letters_by(post.url, "points@example.org")(LETTER)
    [text] = post.letters
    mail = message_from_string(text, policy=default)
    assert mail["To"] == LETTER.address
    assert mail["Message-ID"] == f"<{ID}@example.org>"
    assert "尚城名邸" in mail["Subject"]
    assert mail.get_content().strip() == LETTER.text


@pytest.mark.engines("sqlite")
@pytest.mark.usefixtures("database")
def test_an_unknown_recipient_is_final(post: Post) -> None:
    post.refused = {LETTER.address}
    with pytest.raises(Undelivered) as refused:
        letters_by(post.url, "points@example.org")(LETTER)
    assert (refused.value.code, refused.value.is_final) == ("smtp.550", True)
    assert post.letters == []


@pytest.mark.engines("sqlite")
@pytest.mark.usefixtures("database")
def test_a_server_that_is_away_is_tried_again(post: Post) -> None:
    url = post.url
    post.shutdown()
    post.server_close()
    with pytest.raises(Undelivered) as refused:
        letters_by(url, "points@example.org")(LETTER)
    assert not refused.value.is_final


def test_a_gateway_gets_one_post_with_a_key(gateway: Gateway) -> None:
    posts_to(gateway.url, "secret")(LETTER)
    [(headers, body)] = gateway.posts
    assert headers["Idempotency-Key"] == str(ID) == body["id"]
    assert headers["Authorization"] == "Bearer secret"
    assert (body["to"], body["text"]) == (LETTER.address, LETTER.text)


@pytest.mark.parametrize(
    ("status", "is_final"), [(400, True), (302, True), (429, False), (503, False)]
)
def test_what_a_gateway_answers_decides(gateway: Gateway, status: int, *, is_final: bool) -> None:
    gateway.status = status
    with pytest.raises(Undelivered) as refused:
        posts_to(gateway.url, None)(LETTER)
    assert (refused.value.code, refused.value.is_final) == (f"http.{status}", is_final)


def test_the_log_names_nobody() -> None:
    with capture_logs() as lines:
        write_line(LETTER)
    assert LETTER.address not in str(lines)
    assert LETTER.text not in str(lines)
    assert lines[0]["delivery_id"] == str(ID)


@pytest.mark.parametrize(
    ("name", "value"),
    [("MAIL_URL", "mail.example.org"), ("SMS_URL", "ftp://x"), ("MAIL_URL", "smtp://a:geheim@h")],
)
def test_a_wrong_address_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"POINTSVC_{name}", value)
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment()
    assert name in str(refused.value)
    assert "geheim" not in str(refused.value)
