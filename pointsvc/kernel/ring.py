"""The key ring of the running app, and the phone vault on it."""

from __future__ import annotations

from typing import cast

from flask import current_app

from pointsvc.kernel.keys import KeyRing
from pointsvc.kernel.vault import PhoneVault


def current_ring() -> KeyRing:
    """The keys that this app was made with."""
    return cast("KeyRing", current_app.extensions["key_ring"])


def current_vault() -> PhoneVault:
    """The vault on those keys; built once for each app."""
    vault = current_app.extensions.get("phone_vault")
    if vault is None:
        vault = current_app.extensions["phone_vault"] = PhoneVault(current_ring())
    return cast("PhoneVault", vault)
