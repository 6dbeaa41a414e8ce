"""A migration is not taken back where something that people said or paid would be lost without a word."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from pointsvc.extensions import db
from pointsvc.shop.service.purchases import BoughtLine
from tests.shop.asking_stock import ask_right
from tests.shop.conftest import Shop
from tests.shop.giving import Giving
from tests.support.asking import ask_about
from tests.support.merging import twin

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


def migration(number: str) -> ModuleType:
    [path] = VERSIONS.glob(f"{number}_*.py")
    spec = importlib.util.spec_from_file_location(f"migration_{number}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def refuse_back(number: str, words: str) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context), pytest.raises(RuntimeError, match=words):
            migration(number).downgrade()


def test_another_payer_is_not_forgotten(shop: Shop) -> None:
    giving = Giving(shop)
    purchase_id = giving.buy(giving.supplier(), BoughtLine(shop.soap, 12, 12_000))
    ask_right(shop, purchase_id, sponsorship_id=giving.sponsor(50_000))
    db.session.remove()
    refuse_back("0025", "another payer")


def test_what_waits_about_people_is_not_forgotten(shop: Shop) -> None:
    ask_about(shop.cast, twin(shop.cast, "吴小四"))
    db.session.remove()
    refuse_back("0026", "wait")
