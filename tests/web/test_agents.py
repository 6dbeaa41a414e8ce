"""Where somebody is signed in, in words that they would use themselves."""

from __future__ import annotations

import pytest
from flask import Flask

from pointsvc.web.agents import agent_in_words

KIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) {KIT} MicroMessenger/8.0.44",
            "iPhone · 微信",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 14; V2309A) {KIT} Chrome/126.0 Mobile Safari/537.36",
            "Android · Chrome",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0",
            "Windows · Edge",
        ),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) {KIT} Version/17.0 Safari/605.1.15",
            "Mac · Safari",
        ),
        (f"Mozilla/5.0 (Phone; OpenHarmony 5.0) {KIT} ArkWeb/4.1", "HarmonyOS"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("x" * 300, "x" * 40),
        ("", ""),
    ],
)
def test_a_browser_is_called_by_its_phone_and_its_name(app: Flask, agent: str, words: str) -> None:
    with app.test_request_context():
        assert agent_in_words(agent) == words
