"""The server that runs on this instance, asked as a monitor asks it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from typing import Final

from pointsvc.backup.errors import ServerRunning
from pointsvc.cli.doctor.findings import Finding, Said, fault, ok, warning
from pointsvc.cli.serving import LOCK, nobody_serving
from pointsvc.config import Settings

ASK_SECONDS: Final = 5
_PROXIES: Final = 'pointsvc_proxy_doubts_total{doubt="%s"} '
_LOG: Final = Said("看日志：journalctl -u pointsvc", "see its log: journalctl -u pointsvc")


def check_server(settings: Settings, host: str, port: int) -> Iterator[Finding]:
    """Runs, listens where it is said to, is ready, and believes the right proxies."""
    if not _is_serving(settings):
        yield from _check_nobody(host, port)
        return
    try:
        status, said = _ask(host, port, "/readyz")
    except (OSError, HTTPException):
        yield fault(
            "server.silent",
            Said(
                f"服务在跑，{host}:{port} 没有回答", f"it runs, and {host}:{port} does not answer"
            ),
            Said("换 --host、--port 再问，或看日志", "give its --host and --port, or see its log"),
        )
        return
    if status == 200:  # noqa: PLR2004 - ready
        yield ok("server", f"{host}:{port} 就绪", f"{host}:{port} is ready")
    else:
        word = _word(said)
        what = Said(f"服务没有就绪：{word}", f"the server is not ready: {word}")
        yield fault("server.not_ready", what, _LOG)
    yield from _check_proxies(settings, host, port)


def _is_serving(settings: Settings) -> bool:
    if not (settings.instance / LOCK).exists():
        return False
    try:
        with nobody_serving(settings.instance):
            return False
    except ServerRunning:
        return True


def _check_nobody(host: str, port: int) -> Iterator[Finding]:
    yield warning(
        "server.down",
        Said("没有服务在跑", "no server runs"),
        Said("systemctl start pointsvc", "systemctl start pointsvc"),
    )
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(ASK_SECONDS)
        is_taken = probe.connect_ex((host, port)) == 0
    if is_taken:
        yield fault(
            "server.port_taken",
            Said(f"{host}:{port} 被别的程序占着", f"{host}:{port} belongs to another program"),
            Said(
                f"ss -ltnp | grep {port}，停掉它或换端口",
                f"ss -ltnp | grep {port}; stop it or move",
            ),
        )


def _check_proxies(settings: Settings, host: str, port: int) -> Iterator[Finding]:
    """What the server counted since its start: addresses forwarded by proxies that are not ours."""
    try:
        _status, said = _ask(host, port, "/metrics")
    except (OSError, HTTPException):
        return
    count = settings.proxy_count
    for doubt, what in (
        (
            "uncounted",
            Said(
                "前面有反向代理，POINTSVC_PROXY_COUNT 是 0",
                "a proxy stands before, and none counts",
            ),
        ),
        (
            "missing",
            Said(
                f"设了 {count} 层代理，请求没有经过", f"{count} proxies set, requests came without"
            ),
        ),
    ):
        if _PROXIES % doubt in said:
            yield fault(
                f"proxies.{doubt}",
                what,
                Said(
                    "把 POINTSVC_PROXY_COUNT 设成前面代理的层数；不对，限次会算错人",
                    "set POINTSVC_PROXY_COUNT to how many there are, or throttles hit the wrong people",
                ),
            )


def _ask(host: str, port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection(host, port, timeout=ASK_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _word(said: str) -> str:
    try:
        return str(json.loads(said)["status"])
    except (ValueError, KeyError, TypeError):
        return "?"
