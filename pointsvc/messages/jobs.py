"""Every minute: what was left in the outbox leaves the house."""

from __future__ import annotations

import os
import secrets
import time
from collections import Counter
from datetime import datetime
from typing import Final

import structlog
from flask import current_app
from prometheus_client import Counter as Metric

from pointsvc.communities.queries import CommunityFacts, all_communities
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.messages.adapters import adapters_of
from pointsvc.messages.channels import Adapter, Undelivered
from pointsvc.messages.channels.console import write_line
from pointsvc.messages.handing import BATCH, hand_over
from pointsvc.messages.proving import send_proofs
from pointsvc.messages.sending import Taken, settle, take_due

ROUNDS_MAX: Final = 20
RUN_SECONDS: Final = 60.0  # other jobs wait meanwhile
DELIVERED = Metric("pointsvc_deliveries", "How deliveries ended", ["channel", "outcome"])
log = structlog.get_logger()


def deliver(now: datetime) -> str:
    """Take messages up and send them, for a minute at most; what is left comes next time."""
    adapters = adapters_of(current_app.extensions["settings"])
    holder = f"{os.getpid()}-{secrets.token_hex(4)}"
    give_up_at = time.monotonic() + RUN_SECONDS
    ended: Counter[str] = Counter()
    for community in all_communities():
        is_connected = adapters["email"] is not write_line  # else the letters wait for that day
        if is_connected and (count := send_proofs(community, adapters["email"], now)):
            ended["asked back"] += count
        _hand_over(community, now)
        ended += _send(community, adapters, holder, now, give_up_at)
    return ", ".join(f"{count} {state}" for state, count in sorted(ended.items())) or "0"


def _hand_over(community: CommunityFacts, now: datetime) -> None:
    for _round in range(ROUNDS_MAX):
        if transact(lambda: hand_over(community_id=community.id, now=now)) < BATCH:
            return


def _send(
    community: CommunityFacts,
    adapters: dict[str, Adapter],
    holder: str,
    now: datetime,
    give_up_at: float,
) -> Counter[str]:
    ended: Counter[str] = Counter()
    while time.monotonic() < give_up_at:
        taken = transact(lambda: take_due(community=community, holder=holder, now=now))
        if taken is None:
            break
        for each in taken:
            state = _send_one(community, adapters, holder, each)
            ended[state] += 1
    return ended


def _send_one(
    community: CommunityFacts, adapters: dict[str, Adapter], holder: str, taken: Taken
) -> str:
    fault = None
    try:
        if taken.letter is not None:
            adapters[taken.channel](taken.letter)
    except Undelivered as error:
        fault = error
    except Exception as error:  # noqa: BLE001 - one letter that cannot be written holds up no other
        fault = Undelivered(f"adapter.{type(error).__name__}"[:40], is_final=True)
    if fault is not None:
        log.warning(
            "undelivered", channel=taken.channel, delivery_id=str(taken.id), fault=fault.code
        )
    state = transact(
        lambda: settle(
            community_id=community.id, taken=taken, holder=holder, fault=fault, now=clock.now()
        )
    )
    DELIVERED.labels(taken.channel, state).inc()
    return state
