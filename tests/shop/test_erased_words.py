"""After somebody is erased no table holds a word of theirs, and the books are what they were."""

from __future__ import annotations

from pointsvc.cli.verification import verify_everything
from pointsvc.kernel.ring import current_vault
from tests.shop.conftest import Shop
from tests.shop.marked import EMAIL, MARK, PHONE, register, tables_with
from tests.support.merging import ask, erase, merge, twin

SEEDED = {
    "assignments",
    "consents",
    "defect_steps",
    "defects",
    "households",
    "inspection_marks",
    "inspections",
    "insurances",
    "members",
    "outbox_messages",
    "proxies",
    "reservations",
    "scan_decisions",
    "scans",
    "sign_ins",
    "trainings",
}


def test_no_table_holds_a_word_of_somebody_who_was_erased(shop: Shop) -> None:
    """Nor of the account that was merged into theirs."""
    marked = register(shop)
    marked.everything()
    merge(shop.cast, twin(shop.cast, MARK).id, marked.person.id)
    words: list[str | bytes] = [MARK, PHONE, EMAIL, "记号楼", *current_vault().indexes(PHONE)]
    assert tables_with(words) >= SEEDED | {"phone_directory", "credentials"}
    ask(shop.cast, marked.person)
    erase(shop.cast, marked.person)
    assert tables_with([*words, marked.person.id.bytes]) == set()
    assert [check.id for check in verify_everything().checks if not check.ok] == []
