"""The office's verbs on people: register, edit, move, change the phone, let go, take back."""

from __future__ import annotations

from pointsvc.members.registration import (
    NewMember,
    Registered,
    register_member,
    register_members,
)

__all__ = ["NewMember", "Registered", "register_member", "register_members"]
