"""The world in which everybody asks everywhere."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.api.world import World, raise_world
from tests.support.databases import Stand


@pytest.fixture
def world(app: Flask, engine_stand: Stand) -> World:
    """A fresh copy of the world, in the database behind `client`."""
    return engine_stand.renew("world", lambda: raise_world(app.test_client()))
