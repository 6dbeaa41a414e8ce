"""Every text that people write is emptied when they are erased, or it is said why it may stay."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, CheckConstraint, String, Table

from pointsvc.kernel.blots import BLOTTED, kept_columns
from pointsvc.web.gone import WORDS
from tests.support import schemas

OF_THE_OFFICE: Final = "the office's words about places, goods and rules, not about a member"
OF_OUTSIDERS: Final = "somebody outside: a donor, a supplier, a sponsor; no member is named by id"
CODES: Final = "codes and keys of our own, nobody's words"
BOOKS: Final = "why an amount or a count moved, kept for ten years with it (L3); it names nobody"
GONE: Final = "the rows themselves go"


def _each(tables: str, why: str) -> dict[str, str]:
    return dict.fromkeys(tables.split(), why)


STAYING: Final[dict[str, str]] = {
    **_each(
        "communities holidays activity_kinds groups places plots plot_settings inspection_forms"
        " inspection_items tariffs devices products batches exchange_days exchange_slots"
        " purchase_limits care_plans duties handover_lines markdowns plot_results declared_gaps"
        " operators purchases purchase_lines corrected_heads",
        OF_THE_OFFICE,
    ),
    **_each("sponsorships suppliers donation_details donation_lines purpose_changes", OF_OUTSIDERS),
    **_each(
        "leases throttles attachments audit_events counters limit_uses outcomes shifts attendances"
        " deliveries cards roster_entries",
        CODES,
    ),
    **_each("transfers stock_movements stock_transfers stock_counts stock_requests", BOOKS),
    **_each(
        "credentials sign_ins outbox_messages care_wishes insurances trainings households", GONE
    ),
    "import_runs": "a workbook's name and counts; its content goes when it is read",
    "import_rows": "lines that wait: emptied when a clerk decides, or somebody in them is erased",
    "members": "emptied by `forgetting.NOBODY`",
}
PARTLY: Final[dict[str, str]] = {
    "scans.reason": CODES,
    "goods_issues.purpose": OF_OUTSIDERS,
    "defect_steps.passed_to": OF_THE_OFFICE,
    "wanted_goods.name": OF_THE_OFFICE,
}


def texts_of(table: Table) -> set[str]:
    known = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
    return {
        column.name
        for column in table.columns
        if isinstance(column.type, String | JSON)
        and not any(name.endswith(f"{column.name}_known") for name in known)
    }


def test_every_text_is_emptied_or_it_is_said_why_not() -> None:
    emptied = {(each.model.__tablename__, name) for each in WORDS for name in each.blank}
    forgotten = {
        f"{table.name}.{name}"
        for table in schemas.tables().sorted_tables
        if table.name not in STAYING
        for name in texts_of(table)
        if (table.name, name) not in emptied
    }
    assert forgotten - PARTLY.keys() == set()


def test_the_guards_of_words_look_at_every_other_column() -> None:
    for name, words in BLOTTED.items():
        columns = {column.name for column in schemas.tables().tables[name].columns}
        assert columns == set(words) | set(kept_columns(name)), name
