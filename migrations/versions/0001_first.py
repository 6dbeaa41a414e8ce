"""first

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment
from pointsvc.kernel.append_only import guards, without_guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The history that this migration makes; later tables bring their guards along.
HISTORY = (
    "transfers",
    "entries",
    "seals",
    "sealed_heads",
    "stock_movements",
    "product_prices",
    "scans",
    "scan_decisions",
    "audit_events",
    "consents",
    "tariffs",
)


# Heads name their last entry and entries name their book: on PostgreSQL one of the two foreign keys
# is added afterwards (SQLite takes both when the tables are created).
CIRCULAR = (
    ("fk_passbooks_head", "passbooks", ["community_id", "id", "head_ref", "spendable"]),
    (
        "fk_accounts_last_entry",
        "accounts",
        ["community_id", "owner_id", "last_seq", "id", "balance"],
    ),
)
HEADS = {
    "passbooks": ["community_id", "passbook_id", "seq", "spendable_after"],
    "accounts": ["community_id", "owner_id", "seq", "account_id", "account_after"],
}


def upgrade():
    op.create_table(
        "code_directory",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('card', 'sign', 'member', 'shift')", name=op.f("ck_code_directory_kind_known")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_code_directory")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_code_directory_subject",
        "code_directory",
        ["community_id", "subject_id", "kind"],
        unique=False,
    )
    op.create_table(
        "communities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(name) <= 80", name=op.f("ck_communities_name_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communities")),
        sqlite_strict=True,
    )
    op.create_table(
        "credentials",
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("phone_index", name=op.f("pk_credentials")),
        sa.UniqueConstraint("id", name=op.f("uq_credentials_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
        sqlite_strict=True,
    )
    op.create_table(
        "operators",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("credential_id", sa.Uuid(), nullable=True),
        sa.Column("setup_hash", sa.LargeBinary(), nullable=True),
        sa.Column("setup_expires_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operators")),
        sa.UniqueConstraint("phone_index", name=op.f("uq_operators_phone_index")),
        sqlite_strict=True,
    )
    op.create_table(
        "phone_directory",
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("phone_index", "community_id", name=op.f("pk_phone_directory")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_phone_directory_member", "phone_directory", ["community_id", "member_id"], unique=False
    )
    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("on_device_id", sa.Uuid(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("last_seen_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("idle_seconds", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "(subject_kind = 'operator') = (community_id IS NULL)",
            name=op.f("ck_sign_ins_community_of_subject"),
        ),
        sa.CheckConstraint(
            "subject_kind IN ('member', 'operator', 'device')",
            name=op.f("ck_sign_ins_subject_kind_known"),
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("id", name=op.f("uq_sign_ins_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_sign_ins_on_device", "sign_ins", ["on_device_id", "revoked_at"], unique=False
    )
    op.create_index("ix_sign_ins_subject", "sign_ins", ["subject_id", "revoked_at"], unique=False)
    op.create_table(
        "throttles",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("window_at", Moment(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "subject", "window_at", name=op.f("pk_throttles")),
        sqlite_strict=True,
    )
    op.create_table(
        "accounts",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=True),
        sa.Column("last_seq", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "(owner_kind = 'community') = (balance IS NULL)",
            name=op.f("ck_accounts_tracked_by_owner"),
        ),
        sa.CheckConstraint(
            "kind IN ('wallet', 'review', 'reserved', 'receivable', 'minutes', 'issuance', 'opening', 'shop', 'expired', 'donated', 'receivable_contra', 'service')",
            name=op.f("ck_accounts_kind_known"),
        ),
        sa.CheckConstraint(
            "owner_kind IN ('member', 'household', 'community')",
            name=op.f("ck_accounts_owner_kind_known"),
        ),
        sa.CheckConstraint("unit IN ('points', 'minutes')", name=op.f("ck_accounts_unit_known")),
        sa.CheckConstraint(
            "balance = 0 OR last_seq IS NOT NULL", name=op.f("ck_accounts_balance_has_entry")
        ),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_accounts_balance_floor")),
        sa.ForeignKeyConstraint(
            ["community_id", "owner_id", "last_seq", "id", "balance"],
            [
                "entries.community_id",
                "entries.owner_id",
                "entries.seq",
                "entries.account_id",
                "entries.account_after",
            ],
            name="fk_accounts_last_entry",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_accounts_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("community_id", "id", "unit", name="uq_accounts_unit"),
        sa.UniqueConstraint(
            "community_id", "owner_id", "kind", "unit", "expires_on", name="uq_accounts_natural"
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_accounts_expiry", "accounts", ["community_id", "kind", "expires_on", "id"], unique=False
    )
    op.create_index(
        "ix_accounts_owner",
        "accounts",
        ["community_id", "owner_id", "kind", "expires_on"],
        unique=False,
    )
    op.create_table(
        "activity_kinds",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("counted_by", sa.Text(), nullable=False),
        sa.Column("by_leader", sa.Boolean(), nullable=False),
        sa.Column("by_shift_code", sa.Boolean(), nullable=False),
        sa.Column("by_sign", sa.Boolean(), nullable=False),
        sa.Column("by_roster", sa.Boolean(), nullable=False),
        sa.Column("sort_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "counted_by IN ('attendance', 'drop', 'other')",
            name=op.f("ck_activity_kinds_counted_by_known"),
        ),
        sa.CheckConstraint("length(code) <= 32", name=op.f("ck_activity_kinds_code_length")),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_activity_kinds_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "code", name=op.f("pk_activity_kinds")),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_events",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "actor_kind IN ('member', 'operator', 'device', 'system')",
            name=op.f("ck_audit_events_actor_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_audit_events_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_audit_events")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_audit_events_actor", "audit_events", ["community_id", "actor_id", "id"], unique=False
    )
    op.create_index(
        "ix_audit_events_subject",
        "audit_events",
        ["community_id", "subject_id", "id"],
        unique=False,
    )
    op.create_table(
        "counters",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_counters_last_positive")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_counters_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", "name", name=op.f("pk_counters")),
        sqlite_strict=True,
    )
    op.create_table(
        "donations",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt_no", sa.BigInteger(), nullable=False),
        sa.Column("donor", sa.Text(), nullable=True),
        sa.Column("donor_kind", sa.Text(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("handler_id", sa.Uuid(), nullable=True),
        sa.Column("is_history", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "(donor IS NULL) = (donor_kind = 'anonymous')", name=op.f("ck_donations_donor_known")
        ),
        sa.CheckConstraint(
            "donor_kind IN ('person', 'organisation', 'anonymous')",
            name=op.f("ck_donations_donor_kind_known"),
        ),
        sa.CheckConstraint("length(donor) <= 80", name=op.f("ck_donations_donor_length")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_donations_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_donations")),
        sa.UniqueConstraint("community_id", "receipt_no", name="uq_donations_receipt_no"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_donations_day", "donations", ["community_id", "received_on", "id"], unique=False
    )
    op.create_table(
        "groups",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("length(name) <= 60", name=op.f("ck_groups_name_length")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_groups_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_groups")),
        sa.UniqueConstraint("community_id", "number", name="uq_groups_number"),
        sqlite_strict=True,
    )
    op.create_table(
        "households",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.CheckConstraint("length(building) <= 40", name=op.f("ck_households_building_length")),
        sa.CheckConstraint("length(room) <= 40", name=op.f("ck_households_room_length")),
        sa.CheckConstraint("length(unit) <= 40", name=op.f("ck_households_unit_length")),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_households_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_households")),
        sa.UniqueConstraint("community_id", "building", "unit", "room", name="uq_households_door"),
        sqlite_strict=True,
    )
    op.create_table(
        "import_runs",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_hash", sa.LargeBinary(), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("progress", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('reading', 'read', 'writing', 'committed', 'failed')",
            name=op.f("ck_import_runs_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_import_runs_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_import_runs")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_import_runs_created", "import_runs", ["community_id", "created_at"], unique=False
    )
    op.create_table(
        "limit_uses",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("window_kind", sa.Text(), nullable=False),
        sa.Column("window_on", sa.Date(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("allowed", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "window_kind IN ('day', 'month')", name=op.f("ck_limit_uses_window_kind_known")
        ),
        sa.CheckConstraint("used BETWEEN 0 AND allowed", name=op.f("ck_limit_uses_within_limit")),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_limit_uses_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint(
            "community_id",
            "subject",
            "holder_id",
            "window_kind",
            "window_on",
            name=op.f("pk_limit_uses"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "members",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_no", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("is_party_member", sa.Boolean(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("phone_tail_index", sa.LargeBinary(), nullable=True),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("pin_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("joined_at", Moment(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)",
            name=op.f("ck_members_merged_names"),
        ),
        sa.CheckConstraint(
            "state IN ('active', 'departed', 'merged', 'erased')",
            name=op.f("ck_members_state_known"),
        ),
        sa.CheckConstraint("length(name) <= 60", name=op.f("ck_members_name_length")),
        sa.ForeignKeyConstraint(
            ["community_id", "merged_into_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_members_community_id_merged_into_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_members_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_members")),
        sa.UniqueConstraint("community_id", "volunteer_no", name="uq_members_volunteer_no"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_members_name", "members", ["community_id", "state", "name", "id"], unique=False
    )
    op.create_index(
        "ix_members_tail", "members", ["community_id", "phone_tail_index"], unique=False
    )
    op.create_index(
        "uq_members_active_phone",
        "members",
        ["community_id", "phone_index"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("read_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_outbox_messages_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_outbox_messages")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_outbox_messages_recipient",
        "outbox_messages",
        ["community_id", "recipient_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_outbox_messages_unsent",
        "outbox_messages",
        ["community_id", "sent_at", "id"],
        unique=False,
    )
    op.create_table(
        "outcomes",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("refusal_code", sa.Text(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("length(key) <= 255", name=op.f("ck_outcomes_key_length")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_outcomes_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", "actor_id", "key", name=op.f("pk_outcomes")),
        sqlite_strict=True,
    )
    op.create_table(
        "passbooks",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("head_seq", sa.BigInteger(), nullable=False),
        sa.Column("head_ref", sa.BigInteger(), nullable=True),
        sa.Column("spendable", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("unit IN ('points', 'minutes')", name=op.f("ck_passbooks_unit_known")),
        sa.CheckConstraint(
            "(head_seq = 0) = (head_ref IS NULL)", name=op.f("ck_passbooks_head_or_empty")
        ),
        sa.CheckConstraint(
            "head_ref IS NULL OR head_ref = head_seq", name=op.f("ck_passbooks_head_is_seq")
        ),
        sa.CheckConstraint(
            "head_seq > 0 OR spendable = 0", name=op.f("ck_passbooks_empty_is_zero")
        ),
        sa.CheckConstraint("spendable >= 0", name=op.f("ck_passbooks_spendable_floor")),
        sa.ForeignKeyConstraint(
            ["community_id", "id", "head_ref", "spendable"],
            [
                "entries.community_id",
                "entries.passbook_id",
                "entries.seq",
                "entries.spendable_after",
            ],
            name="fk_passbooks_head",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_passbooks_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_passbooks")),
        sa.UniqueConstraint("community_id", "owner_id", "unit", name="uq_passbooks_owner"),
        sqlite_strict=True,
    )
    op.create_table(
        "places",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('plot', 'station', 'shop', 'hall')", name=op.f("ck_places_kind_known")
        ),
        sa.CheckConstraint("length(name) <= 80", name=op.f("ck_places_name_length")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_places_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_places")),
        sa.UniqueConstraint("community_id", "kind", "number", name="uq_places_kind_number"),
        sqlite_strict=True,
    )
    op.create_index("ix_places_kind", "places", ["community_id", "kind", "closed_at"], unique=False)
    op.create_table(
        "seals",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_on", sa.Date(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("previous_root", sa.LargeBinary(), nullable=False),
        sa.Column("passbooks", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("sealed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_seals_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", "sealed_on", name=op.f("pk_seals")),
        sqlite_strict=True,
    )
    op.create_table(
        "spent_codes",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("code_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("step", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("spent_on_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_spent_codes_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "code_number", "step", name=op.f("pk_spent_codes")),
        sqlite_strict=True,
    )
    op.create_table(
        "taken_lines",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('person', 'ledger', 'donation')", name=op.f("ck_taken_lines_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_taken_lines_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "kind", "key", name=op.f("pk_taken_lines")),
        sqlite_strict=True,
    )
    op.create_table(
        "cards",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("code_number", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", Moment(), nullable=False),
        sa.Column("printed_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_cards_community_id_member_id_members"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_cards")),
        sa.UniqueConstraint("community_id", "code_number", name="uq_cards_code_number"),
        sa.UniqueConstraint("community_id", "serial", name="uq_cards_serial"),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_cards_live",
        "cards",
        ["community_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "consents",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("guardian_name", sa.Text(), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('service', 'messages', 'publish_name', 'guardian')",
            name=op.f("ck_consents_purpose_known"),
        ),
        sa.CheckConstraint(
            "state IN ('to_collect', 'given', 'withdrawn')", name=op.f("ck_consents_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_consents_community_id_member_id_members"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_consents")),
        sa.UniqueConstraint("community_id", "member_id", "purpose", "seq", name="uq_consents_seq"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_consents_member",
        "consents",
        ["community_id", "member_id", "purpose", "seq"],
        unique=False,
    )
    op.create_table(
        "devices",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_hash", sa.LargeBinary(), nullable=True),
        sa.Column("enrolment_expires_at", Moment(), nullable=True),
        sa.Column("enrolled_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('scanner', 'kiosk', 'till')", name=op.f("ck_devices_kind_known")
        ),
        sa.CheckConstraint("length(name) <= 60", name=op.f("ck_devices_name_length")),
        sa.ForeignKeyConstraint(
            ["community_id", "place_id"],
            ["places.community_id", "places.id"],
            name=op.f("fk_devices_community_id_place_id_places"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_devices")),
        sqlite_strict=True,
    )
    op.create_index("ix_devices_place", "devices", ["community_id", "place_id"], unique=False)
    op.create_table(
        "first_sign_ins",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('digits', 'address')", name=op.f("ck_first_sign_ins_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_first_sign_ins_community_id_member_id_members"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_first_sign_ins")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_first_sign_ins_member", "first_sign_ins", ["community_id", "member_id"], unique=False
    )
    op.create_index(
        "ix_first_sign_ins_secret", "first_sign_ins", ["community_id", "secret_hash"], unique=False
    )
    op.create_table(
        "group_memberships",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", Moment(), nullable=False),
        sa.Column("left_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "group_id"],
            ["groups.community_id", "groups.id"],
            name=op.f("fk_group_memberships_community_id_group_id_groups"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_group_memberships_community_id_member_id_members"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_group_memberships")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_group_memberships_member",
        "group_memberships",
        ["community_id", "member_id"],
        unique=False,
    )
    op.create_index(
        "uq_group_memberships_live",
        "group_memberships",
        ["community_id", "group_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "group_places",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("since_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "group_id"],
            ["groups.community_id", "groups.id"],
            name=op.f("fk_group_places_community_id_group_id_groups"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "place_id"],
            ["places.community_id", "places.id"],
            name=op.f("fk_group_places_community_id_place_id_places"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_group_places")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_group_places_group", "group_places", ["community_id", "group_id"], unique=False
    )
    op.create_index(
        "uq_group_places_live",
        "group_places",
        ["community_id", "place_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "household_memberships",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", Moment(), nullable=False),
        sa.Column("left_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "household_id"],
            ["households.community_id", "households.id"],
            name=op.f("fk_household_memberships_community_id_household_id_households"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_household_memberships_community_id_member_id_members"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_household_memberships")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_household_memberships_household",
        "household_memberships",
        ["community_id", "household_id"],
        unique=False,
    )
    op.create_index(
        "uq_household_memberships_live",
        "household_memberships",
        ["community_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "import_rows",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("sheet_kind", sa.Text(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'taken', 'dropped')", name=op.f("ck_import_rows_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "run_id"],
            ["import_runs.community_id", "import_runs.id"],
            name=op.f("fk_import_rows_community_id_run_id_import_runs"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_import_rows")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_import_rows_run", "import_rows", ["community_id", "run_id", "state", "id"], unique=False
    )
    op.create_table(
        "orders",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt_no", sa.BigInteger(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("keeper_id", sa.Uuid(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("total_points", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", Moment(), nullable=False),
        sa.Column("business_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "proof IN ('card', 'member_code', 'typed')", name=op.f("ck_orders_proof_known")
        ),
        sa.CheckConstraint("keeper_id <> member_id", name=op.f("ck_orders_keeper_is_another")),
        sa.CheckConstraint("total_points > 0", name=op.f("ck_orders_total_positive")),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_orders_community_id_member_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "shop_id"],
            ["places.community_id", "places.id"],
            name=op.f("fk_orders_community_id_shop_id_places"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_orders")),
        sa.UniqueConstraint("community_id", "receipt_no", name="uq_orders_receipt_no"),
        sqlite_strict=True,
    )
    op.create_index("ix_orders_member", "orders", ["community_id", "member_id", "id"], unique=False)
    op.create_index(
        "ix_orders_shop", "orders", ["community_id", "shop_id", "business_on", "id"], unique=False
    )
    op.create_table(
        "plots",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("area_m2", sa.BigInteger(), nullable=True),
        sa.Column("planting", sa.Text(), nullable=True),
        sa.Column("care", sa.Text(), nullable=True),
        sa.CheckConstraint("area_m2 > 0", name=op.f("ck_plots_area_positive")),
        sa.ForeignKeyConstraint(
            ["community_id", "place_id"],
            ["places.community_id", "places.id"],
            name=op.f("fk_plots_community_id_place_id_places"),
        ),
        sa.PrimaryKeyConstraint("community_id", "place_id", name=op.f("pk_plots")),
        sqlite_strict=True,
    )
    op.create_table(
        "products",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("price_points", sa.BigInteger(), nullable=False),
        sa.Column("price_version", sa.BigInteger(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("limit_household_month", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("length(barcode) <= 32", name=op.f("ck_products_barcode_length")),
        sa.CheckConstraint("length(name) <= 80", name=op.f("ck_products_name_length")),
        sa.CheckConstraint("length(pack) <= 40", name=op.f("ck_products_pack_length")),
        sa.CheckConstraint("limit_household_month > 0", name=op.f("ck_products_limit_positive")),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_products_on_hand_floor")),
        sa.CheckConstraint(
            "price_points BETWEEN 1 AND 1000000", name=op.f("ck_products_price_range")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "shop_id"],
            ["places.community_id", "places.id"],
            name=op.f("fk_products_community_id_shop_id_places"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_products")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_products_shop",
        "products",
        ["community_id", "shop_id", "closed_at", "name"],
        unique=False,
    )
    op.create_index(
        "uq_products_barcode",
        "products",
        ["community_id", "shop_id", "barcode"],
        unique=True,
        sqlite_where=sa.text("barcode IS NOT NULL AND closed_at IS NULL"),
        postgresql_where=sa.text("barcode IS NOT NULL AND closed_at IS NULL"),
    )
    op.create_index(
        "uq_products_name",
        "products",
        ["community_id", "shop_id", "name", "pack"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "role_grants",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("granted_by_id", sa.Uuid(), nullable=True),
        sa.Column("granted_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "role IN ('volunteer', 'leader', 'attendant', 'keeper', 'clerk', 'supervisor', 'auditor')",
            name=op.f("ck_role_grants_role_known"),
        ),
        sa.CheckConstraint(
            "granted_by_id <> member_id", name=op.f("ck_role_grants_granted_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "group_id"],
            ["groups.community_id", "groups.id"],
            name=op.f("fk_role_grants_community_id_group_id_groups"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_role_grants_community_id_member_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "place_id"],
            ["places.community_id", "places.id"],
            name=op.f("fk_role_grants_community_id_place_id_places"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_role_grants")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_role_grants_member",
        "role_grants",
        ["community_id", "member_id", "revoked_at"],
        unique=False,
    )
    op.create_index(
        "ix_role_grants_role", "role_grants", ["community_id", "role", "revoked_at"], unique=False
    )
    op.create_table(
        "sealed_heads",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_on", sa.Date(), nullable=False),
        sa.Column("passbook_id", sa.Uuid(), nullable=False),
        sa.Column("head_seq", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "sealed_on"],
            ["seals.community_id", "seals.sealed_on"],
            name="fk_sealed_heads_seal",
        ),
        sa.PrimaryKeyConstraint(
            "community_id", "sealed_on", "passbook_id", name=op.f("pk_sealed_heads")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "shifts",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("activity_kind", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("led_by_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=True),
        sa.Column("signed_up_count", sa.BigInteger(), nullable=False),
        sa.Column("cancelled_at", Moment(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_shifts_capacity_positive")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_shifts_ends_after_start")),
        sa.CheckConstraint("signed_up_count <= capacity", name=op.f("ck_shifts_within_capacity")),
        sa.CheckConstraint("signed_up_count >= 0", name=op.f("ck_shifts_signed_up_floor")),
        sa.ForeignKeyConstraint(
            ["community_id", "activity_kind"],
            ["activity_kinds.community_id", "activity_kinds.code"],
            name=op.f("fk_shifts_community_id_activity_kind_activity_kinds"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "led_by_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_shifts_community_id_led_by_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "place_id"],
            ["places.community_id", "places.id"],
            name=op.f("fk_shifts_community_id_place_id_places"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_shifts_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_shifts")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_shifts_leader", "shifts", ["community_id", "led_by_id", "ends_at"], unique=False
    )
    op.create_index(
        "ix_shifts_place", "shifts", ["community_id", "place_id", "ends_at"], unique=False
    )
    op.create_index(
        "ix_shifts_time", "shifts", ["community_id", "ends_at", "starts_at"], unique=False
    )
    op.create_table(
        "tariffs",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("rate_points", sa.BigInteger(), nullable=False),
        sa.Column("step_minutes", sa.BigInteger(), nullable=False),
        sa.Column("minimum_percent", sa.BigInteger(), nullable=False),
        sa.Column("cap_day_points", sa.BigInteger(), nullable=True),
        sa.Column("cap_month_points", sa.BigInteger(), nullable=True),
        sa.Column("cap_holder", sa.Text(), nullable=False),
        sa.Column("counts_as_service", sa.Boolean(), nullable=False),
        sa.Column("expiry", sa.Text(), nullable=False),
        sa.Column("expiry_months", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "(expiry = 'months') = (expiry_months IS NOT NULL)",
            name=op.f("ck_tariffs_expiry_months"),
        ),
        sa.CheckConstraint(
            "basis IN ('hour', 'check_in', 'quantity')", name=op.f("ck_tariffs_basis_known")
        ),
        sa.CheckConstraint(
            "cap_holder IN ('member', 'household')", name=op.f("ck_tariffs_cap_holder_known")
        ),
        sa.CheckConstraint(
            "expiry IN ('end_of_next_year', 'months', 'never')",
            name=op.f("ck_tariffs_expiry_known"),
        ),
        sa.CheckConstraint("cap_day_points >= 0", name=op.f("ck_tariffs_cap_day")),
        sa.CheckConstraint("cap_month_points >= 0", name=op.f("ck_tariffs_cap_month")),
        sa.CheckConstraint("length(decision) <= 200", name=op.f("ck_tariffs_decision_length")),
        sa.CheckConstraint(
            "minimum_percent BETWEEN 0 AND 100", name=op.f("ck_tariffs_minimum_range")
        ),
        sa.CheckConstraint(
            "rate_points BETWEEN -1000 AND 100000", name=op.f("ck_tariffs_rate_range")
        ),
        sa.CheckConstraint("step_minutes BETWEEN 1 AND 60", name=op.f("ck_tariffs_step_range")),
        sa.ForeignKeyConstraint(
            ["community_id", "code"],
            ["activity_kinds.community_id", "activity_kinds.code"],
            name=op.f("fk_tariffs_community_id_code_activity_kinds"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_tariffs_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_tariffs")),
        sa.UniqueConstraint("community_id", "code", "valid_from_on", name="uq_tariffs_day"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_tariffs_code", "tariffs", ["community_id", "code", "valid_from_on"], unique=False
    )
    op.create_table(
        "transfers",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("debit_account_id", sa.Uuid(), nullable=False),
        sa.Column("credit_account_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source_type", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("tariff_id", sa.Uuid(), nullable=True),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("business_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'adjust' OR approved_by_id IS NOT NULL", name=op.f("ck_transfers_approved")
        ),
        sa.CheckConstraint(
            "kind IN ('award', 'service', 'opening', 'release', 'annul', 'payment', 'refund', 'reserve', 'unreserve', 'expire', 'regrant', 'take_back', 'owe', 'settle', 'donate', 'merge', 'adjust')",
            name=op.f("ck_transfers_kind_known"),
        ),
        sa.CheckConstraint("unit IN ('points', 'minutes')", name=op.f("ck_transfers_unit_known")),
        sa.CheckConstraint("amount BETWEEN 1 AND 1000000", name=op.f("ck_transfers_amount_range")),
        sa.CheckConstraint(
            "approved_by_id <> recorded_by_id", name=op.f("ck_transfers_two_persons")
        ),
        sa.CheckConstraint(
            "debit_account_id <> credit_account_id", name=op.f("ck_transfers_two_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "corrects_id"],
            ["transfers.community_id", "transfers.id"],
            name="fk_transfers_corrects",
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "credit_account_id", "unit"],
            ["accounts.community_id", "accounts.id", "accounts.unit"],
            name="fk_transfers_credit",
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "debit_account_id", "unit"],
            ["accounts.community_id", "accounts.id", "accounts.unit"],
            name="fk_transfers_debit",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_transfers_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_transfers")),
        sa.UniqueConstraint("community_id", "id", "amount", name="uq_transfers_amount"),
        sa.UniqueConstraint(
            "community_id", "source_type", "source_id", "effect", name="uq_transfers_effect"
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_transfers_corrects", "transfers", ["community_id", "corrects_id"], unique=False
    )
    op.create_index(
        "ix_transfers_month", "transfers", ["community_id", "business_on", "kind"], unique=False
    )
    op.create_table(
        "typed_codes",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("digits_hash", sa.LargeBinary(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("code_number", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_typed_codes_community_id_member_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_typed_codes_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "digits_hash", name=op.f("pk_typed_codes")),
        sqlite_strict=True,
    )
    op.create_table(
        "assignments",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'declined', 'ended')",
            name=op.f("ck_assignments_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_assignments_community_id_member_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "place_id"],
            ["plots.community_id", "plots.place_id"],
            name=op.f("fk_assignments_community_id_place_id_plots"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_assignments")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_assignments_member", "assignments", ["community_id", "member_id", "state"], unique=False
    )
    op.create_index(
        "uq_assignments_live",
        "assignments",
        ["community_id", "place_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('proposed', 'accepted')"),
        postgresql_where=sa.text("state IN ('proposed', 'accepted')"),
    )
    op.create_table(
        "batches",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("best_before_on", sa.Date(), nullable=True),
        sa.Column("restriction", sa.Text(), nullable=True),
        sa.Column("donation_line_id", sa.Uuid(), nullable=True),
        sa.Column("supplier", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "length(restriction) <= 200", name=op.f("ck_batches_restriction_length")
        ),
        sa.CheckConstraint("length(supplier) <= 120", name=op.f("ck_batches_supplier_length")),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_batches_on_hand_floor")),
        sa.ForeignKeyConstraint(
            ["community_id", "product_id"],
            ["products.community_id", "products.id"],
            name=op.f("fk_batches_community_id_product_id_products"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_batches")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_batches_product",
        "batches",
        ["community_id", "product_id", "best_before_on", "id"],
        unique=False,
    )
    op.create_table(
        "corrected_transfers",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("corrected", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "corrected BETWEEN 0 AND amount", name=op.f("ck_corrected_transfers_within_amount")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "transfer_id", "amount"],
            ["transfers.community_id", "transfers.id", "transfers.amount"],
            name="fk_corrected_transfers_amount",
        ),
        sa.PrimaryKeyConstraint("community_id", "transfer_id", name=op.f("pk_corrected_transfers")),
        sqlite_strict=True,
    )
    op.create_table(
        "donation_lines",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("donation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("value_fen", sa.BigInteger(), nullable=True),
        sa.Column("best_before_on", sa.Date(), nullable=True),
        sa.Column("restriction", sa.Text(), nullable=True),
        sa.CheckConstraint("length(pack) <= 40", name=op.f("ck_donation_lines_pack_length")),
        sa.CheckConstraint(
            "length(product_name) <= 80", name=op.f("ck_donation_lines_product_name_length")
        ),
        sa.CheckConstraint(
            "length(restriction) <= 200", name=op.f("ck_donation_lines_restriction_length")
        ),
        sa.CheckConstraint(
            "quantity BETWEEN 1 AND 1000000", name=op.f("ck_donation_lines_quantity_range")
        ),
        sa.CheckConstraint("value_fen >= 0", name=op.f("ck_donation_lines_value_floor")),
        sa.ForeignKeyConstraint(
            ["community_id", "donation_id"],
            ["donations.community_id", "donations.id"],
            name=op.f("fk_donation_lines_community_id_donation_id_donations"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "product_id"],
            ["products.community_id", "products.id"],
            name=op.f("fk_donation_lines_community_id_product_id_products"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_donation_lines")),
        sa.UniqueConstraint(
            "community_id", "donation_id", "number", name="uq_donation_lines_number"
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "entries",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("passbook_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("delta", sa.BigInteger(), nullable=False),
        sa.Column("account_after", sa.BigInteger(), nullable=False),
        sa.Column("prev_seq", sa.BigInteger(), nullable=True),
        sa.Column("spendable_before", sa.BigInteger(), nullable=False),
        sa.Column("spendable_delta", sa.BigInteger(), nullable=False),
        sa.Column("spendable_after", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(seq = 1 AND spendable_before = 0 AND prev_seq IS NULL) OR (seq > 1 AND prev_seq IS NOT NULL AND prev_seq = seq - 1)",
            name=op.f("ck_entries_chained"),
        ),
        sa.CheckConstraint("account_after >= 0", name=op.f("ck_entries_account_floor")),
        sa.CheckConstraint("delta <> 0", name=op.f("ck_entries_moves")),
        sa.CheckConstraint(
            "spendable_after = spendable_before + spendable_delta", name=op.f("ck_entries_sum")
        ),
        sa.CheckConstraint("spendable_after >= 0", name=op.f("ck_entries_spendable_floor")),
        sa.ForeignKeyConstraint(
            ["community_id", "account_id"],
            ["accounts.community_id", "accounts.id"],
            name="fk_entries_account",
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "passbook_id", "prev_seq", "spendable_before"],
            [
                "entries.community_id",
                "entries.passbook_id",
                "entries.seq",
                "entries.spendable_after",
            ],
            name="fk_entries_chain",
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "passbook_id"],
            ["passbooks.community_id", "passbooks.id"],
            name="fk_entries_passbook",
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "transfer_id"],
            ["transfers.community_id", "transfers.id"],
            name="fk_entries_transfer",
        ),
        sa.PrimaryKeyConstraint("community_id", "passbook_id", "seq", name=op.f("pk_entries")),
        sa.UniqueConstraint(
            "community_id",
            "owner_id",
            "seq",
            "account_id",
            "account_after",
            name="uq_entries_account_after",
        ),
        sa.UniqueConstraint(
            "community_id", "passbook_id", "seq", "spendable_after", name="uq_entries_after"
        ),
        sa.UniqueConstraint("community_id", "transfer_id", "account_id", name="uq_entries_side"),
        sqlite_strict=True,
    )
    op.create_table(
        "order_lines",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price_points", sa.BigInteger(), nullable=False),
        sa.Column("price_version", sa.BigInteger(), nullable=False),
        sa.Column("total_points", sa.BigInteger(), nullable=False),
        sa.Column("limit_taken", sa.BigInteger(), nullable=True),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "quantity BETWEEN 1 AND 1000", name=op.f("ck_order_lines_quantity_range")
        ),
        sa.CheckConstraint(
            "refunded BETWEEN 0 AND quantity", name=op.f("ck_order_lines_refunded_within")
        ),
        sa.CheckConstraint(
            "total_points = quantity * price_points", name=op.f("ck_order_lines_sum")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "order_id"],
            ["orders.community_id", "orders.id"],
            name=op.f("fk_order_lines_community_id_order_id_orders"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "product_id"],
            ["products.community_id", "products.id"],
            name=op.f("fk_order_lines_community_id_product_id_products"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint("community_id", "order_id", "number", name="uq_order_lines_number"),
        sqlite_strict=True,
    )
    op.create_table(
        "product_prices",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("price_points", sa.BigInteger(), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=True),
        sa.Column("set_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "price_points BETWEEN 1 AND 1000000", name=op.f("ck_product_prices_price_range")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "product_id"],
            ["products.community_id", "products.id"],
            name=op.f("fk_product_prices_community_id_product_id_products"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_product_prices")),
        sa.UniqueConstraint(
            "community_id", "product_id", "version", name="uq_product_prices_version"
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "refunds",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("receipt_no", sa.BigInteger(), nullable=False),
        sa.Column("keeper_id", sa.Uuid(), nullable=False),
        sa.Column("approver_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("total_points", sa.BigInteger(), nullable=False),
        sa.Column("refunded_at", Moment(), nullable=False),
        sa.Column("business_on", sa.Date(), nullable=False),
        sa.CheckConstraint("keeper_id <> approver_id", name=op.f("ck_refunds_two_persons")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_refunds_reason_length")),
        sa.CheckConstraint("total_points > 0", name=op.f("ck_refunds_total_positive")),
        sa.ForeignKeyConstraint(
            ["community_id", "order_id"],
            ["orders.community_id", "orders.id"],
            name=op.f("fk_refunds_community_id_order_id_orders"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("community_id", "order_id", "number", name="uq_refunds_number"),
        sa.UniqueConstraint("community_id", "receipt_no", name="uq_refunds_receipt_no"),
        sqlite_strict=True,
    )
    op.create_table(
        "scans",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("code_number", sa.BigInteger(), nullable=True),
        sa.Column("shift_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("attendance_id", sa.Uuid(), nullable=True),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("claimed_at", Moment(), nullable=True),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("happened_at", Moment(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("award_points", sa.BigInteger(), nullable=False),
        sa.Column("service_minutes", sa.BigInteger(), nullable=False),
        sa.Column("balance_points", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "actor_kind IN ('member', 'device', 'system')", name=op.f("ck_scans_actor_kind_known")
        ),
        sa.CheckConstraint(
            "direction IN ('in', 'out', 'drop')", name=op.f("ck_scans_direction_known")
        ),
        sa.CheckConstraint(
            "proof IN ('card', 'member_code', 'typed', 'shift_code', 'sign', 'roster', 'none')",
            name=op.f("ck_scans_proof_known"),
        ),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'provisional', 'held', 'refused')",
            name=op.f("ck_scans_verdict_known"),
        ),
        sa.CheckConstraint("length(note) <= 200", name=op.f("ck_scans_note_length")),
        sa.CheckConstraint("quantity BETWEEN 1 AND 20", name=op.f("ck_scans_quantity_range")),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_scans_community_id_member_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "shift_id"],
            ["shifts.community_id", "shifts.id"],
            name=op.f("fk_scans_community_id_shift_id_shifts"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_scans_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_scans")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_scans_actor", "scans", ["community_id", "actor_id", "received_at"], unique=False
    )
    op.create_index(
        "ix_scans_member", "scans", ["community_id", "member_id", "happened_at"], unique=False
    )
    op.create_index(
        "ix_scans_shift", "scans", ["community_id", "shift_id", "happened_at"], unique=False
    )
    op.create_table(
        "signups",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("signed_up_at", Moment(), nullable=False),
        sa.Column("left_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_signups_community_id_member_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "shift_id"],
            ["shifts.community_id", "shifts.id"],
            name=op.f("fk_signups_community_id_shift_id_shifts"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_signups")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_signups_member", "signups", ["community_id", "member_id", "id"], unique=False
    )
    op.create_index(
        "uq_signups_live",
        "signups",
        ["community_id", "shift_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "attendances",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("in_at", Moment(), nullable=False),
        sa.Column("out_at", Moment(), nullable=True),
        sa.Column("in_scan_id", sa.Uuid(), nullable=True),
        sa.Column("out_scan_id", sa.Uuid(), nullable=True),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("corrections", sa.BigInteger(), nullable=False),
        sa.Column("tariff_id", sa.Uuid(), nullable=True),
        sa.Column("award_points", sa.BigInteger(), nullable=False),
        sa.Column("award_holder_id", sa.Uuid(), nullable=True),
        sa.Column("is_in_review", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('provisional', 'open', 'held', 'closed', 'void')",
            name=op.f("ck_attendances_state_known"),
        ),
        sa.CheckConstraint("award_points >= 0", name=op.f("ck_attendances_award_floor")),
        sa.CheckConstraint("corrections >= 0", name=op.f("ck_attendances_corrections_floor")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_attendances_minutes_floor")),
        sa.CheckConstraint(
            "out_at IS NULL OR out_at >= in_at", name=op.f("ck_attendances_out_after_in")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "in_scan_id"],
            ["scans.community_id", "scans.id"],
            name=op.f("fk_attendances_community_id_in_scan_id_scans"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_attendances_community_id_member_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "out_scan_id"],
            ["scans.community_id", "scans.id"],
            name=op.f("fk_attendances_community_id_out_scan_id_scans"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "shift_id"],
            ["shifts.community_id", "shifts.id"],
            name=op.f("fk_attendances_community_id_shift_id_shifts"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_attendances")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_attendances_member", "attendances", ["community_id", "member_id", "in_at"], unique=False
    )
    op.create_index(
        "ix_attendances_shift", "attendances", ["community_id", "shift_id", "state"], unique=False
    )
    op.create_index(
        "uq_attendances_live",
        "attendances",
        ["community_id", "member_id", "shift_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'void'"),
        postgresql_where=sa.text("state <> 'void'"),
    )
    op.create_index(
        "uq_attendances_open",
        "attendances",
        ["community_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "refund_lines",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("wasted", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_refund_lines_points_positive")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_refund_lines_quantity_positive")),
        sa.CheckConstraint(
            "wasted BETWEEN 0 AND quantity", name=op.f("ck_refund_lines_wasted_within")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "order_line_id"],
            ["order_lines.community_id", "order_lines.id"],
            name=op.f("fk_refund_lines_community_id_order_line_id_order_lines"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "refund_id"],
            ["refunds.community_id", "refunds.id"],
            name=op.f("fk_refund_lines_community_id_refund_id_refunds"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_refund_lines")),
        sa.UniqueConstraint(
            "community_id", "refund_id", "order_line_id", name="uq_refund_lines_line"
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "scan_decisions",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "decision IN ('confirmed', 'annulled', 'released')",
            name=op.f("ck_scan_decisions_decision_known"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "scan_id"],
            ["scans.community_id", "scans.id"],
            name=op.f("fk_scan_decisions_community_id_scan_id_scans"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_scan_decisions")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_scan_decisions_once",
        "scan_decisions",
        ["community_id", "scan_id"],
        unique=True,
        sqlite_where=sa.text("decision IS NOT NULL"),
        postgresql_where=sa.text("decision IS NOT NULL"),
    )
    op.create_table(
        "stock_movements",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("delta", sa.BigInteger(), nullable=False),
        sa.Column("batch_after", sa.BigInteger(), nullable=False),
        sa.Column("product_after", sa.BigInteger(), nullable=False),
        sa.Column("source_type", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("moved_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("moved_at", Moment(), nullable=False),
        sa.Column("business_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'count' OR approved_by_id IS NOT NULL",
            name=op.f("ck_stock_movements_count_approved"),
        ),
        sa.CheckConstraint(
            "kind IN ('donation', 'purchase', 'order', 'refund', 'waste', 'count')",
            name=op.f("ck_stock_movements_kind_known"),
        ),
        sa.CheckConstraint(
            "approved_by_id <> moved_by_id", name=op.f("ck_stock_movements_two_persons")
        ),
        sa.CheckConstraint("batch_after >= 0", name=op.f("ck_stock_movements_batch_floor")),
        sa.CheckConstraint("delta <> 0", name=op.f("ck_stock_movements_moves")),
        sa.CheckConstraint("product_after >= 0", name=op.f("ck_stock_movements_product_floor")),
        sa.ForeignKeyConstraint(
            ["community_id", "batch_id"],
            ["batches.community_id", "batches.id"],
            name=op.f("fk_stock_movements_community_id_batch_id_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "product_id"],
            ["products.community_id", "products.id"],
            name=op.f("fk_stock_movements_community_id_product_id_products"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_stock_movements")),
        sa.UniqueConstraint(
            "community_id", "source_type", "source_id", "effect", name="uq_stock_movements_effect"
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_stock_movements_batch",
        "stock_movements",
        ["community_id", "batch_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_stock_movements_product",
        "stock_movements",
        ["community_id", "product_id", "id"],
        unique=False,
    )
    op.create_table(
        "attendance_corrections",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attendance_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("in_at", Moment(), nullable=True),
        sa.Column("out_at", Moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", Moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'times') = (in_at IS NOT NULL)",
            name=op.f("ck_attendance_corrections_times_given"),
        ),
        sa.CheckConstraint(
            "(state = 'requested') = (decided_by_id IS NULL)",
            name=op.f("ck_attendance_corrections_decided_by"),
        ),
        sa.CheckConstraint(
            "kind IN ('void', 'times')", name=op.f("ck_attendance_corrections_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'declined')",
            name=op.f("ck_attendance_corrections_state_known"),
        ),
        sa.CheckConstraint(
            "decided_by_id <> requested_by_id", name=op.f("ck_attendance_corrections_two_persons")
        ),
        sa.CheckConstraint(
            "length(reason) <= 200", name=op.f("ck_attendance_corrections_reason_length")
        ),
        sa.CheckConstraint("out_at >= in_at", name=op.f("ck_attendance_corrections_out_after_in")),
        sa.ForeignKeyConstraint(
            ["community_id", "attendance_id"],
            ["attendances.community_id", "attendances.id"],
            name=op.f("fk_attendance_corrections_community_id_attendance_id_attendances"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_attendance_corrections")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_attendance_corrections_state",
        "attendance_corrections",
        ["community_id", "state", "id"],
        unique=False,
    )
    op.create_index(
        "uq_attendance_corrections_pending",
        "attendance_corrections",
        ["community_id", "attendance_id"],
        unique=True,
        sqlite_where=sa.text("state = 'requested'"),
        postgresql_where=sa.text("state = 'requested'"),
    )
    for name, table, columns in CIRCULAR:
        if op.get_bind().dialect.name == "postgresql":
            op.create_foreign_key(name, table, "entries", columns, HEADS[table])
    for statement in guards(op.get_bind().dialect.name, HISTORY):
        op.execute(statement)


def downgrade():
    for statement in without_guards(op.get_bind().dialect.name, HISTORY):
        op.execute(statement)
    for name, table, _columns in CIRCULAR:
        if op.get_bind().dialect.name == "postgresql":
            op.drop_constraint(name, table, type_="foreignkey")
    op.drop_index(
        "uq_attendance_corrections_pending",
        table_name="attendance_corrections",
        sqlite_where=sa.text("state = 'requested'"),
        postgresql_where=sa.text("state = 'requested'"),
    )
    op.drop_index("ix_attendance_corrections_state", table_name="attendance_corrections")
    op.drop_table("attendance_corrections")
    op.drop_index("ix_stock_movements_product", table_name="stock_movements")
    op.drop_index("ix_stock_movements_batch", table_name="stock_movements")
    op.drop_table("stock_movements")
    op.drop_index(
        "uq_scan_decisions_once",
        table_name="scan_decisions",
        sqlite_where=sa.text("decision IS NOT NULL"),
        postgresql_where=sa.text("decision IS NOT NULL"),
    )
    op.drop_table("scan_decisions")
    op.drop_table("refund_lines")
    op.drop_index(
        "uq_attendances_open",
        table_name="attendances",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(
        "uq_attendances_live",
        table_name="attendances",
        sqlite_where=sa.text("state <> 'void'"),
        postgresql_where=sa.text("state <> 'void'"),
    )
    op.drop_index("ix_attendances_shift", table_name="attendances")
    op.drop_index("ix_attendances_member", table_name="attendances")
    op.drop_table("attendances")
    op.drop_index(
        "uq_signups_live",
        table_name="signups",
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.drop_index("ix_signups_member", table_name="signups")
    op.drop_table("signups")
    op.drop_index("ix_scans_shift", table_name="scans")
    op.drop_index("ix_scans_member", table_name="scans")
    op.drop_index("ix_scans_actor", table_name="scans")
    op.drop_table("scans")
    op.drop_table("refunds")
    op.drop_table("product_prices")
    op.drop_table("order_lines")
    op.drop_table("entries")
    op.drop_table("donation_lines")
    op.drop_table("corrected_transfers")
    op.drop_index("ix_batches_product", table_name="batches")
    op.drop_table("batches")
    op.drop_index(
        "uq_assignments_live",
        table_name="assignments",
        sqlite_where=sa.text("state IN ('proposed', 'accepted')"),
        postgresql_where=sa.text("state IN ('proposed', 'accepted')"),
    )
    op.drop_index("ix_assignments_member", table_name="assignments")
    op.drop_table("assignments")
    op.drop_table("typed_codes")
    op.drop_index("ix_transfers_month", table_name="transfers")
    op.drop_index("ix_transfers_corrects", table_name="transfers")
    op.drop_table("transfers")
    op.drop_index("ix_tariffs_code", table_name="tariffs")
    op.drop_table("tariffs")
    op.drop_index("ix_shifts_time", table_name="shifts")
    op.drop_index("ix_shifts_place", table_name="shifts")
    op.drop_index("ix_shifts_leader", table_name="shifts")
    op.drop_table("shifts")
    op.drop_table("sealed_heads")
    op.drop_index("ix_role_grants_role", table_name="role_grants")
    op.drop_index("ix_role_grants_member", table_name="role_grants")
    op.drop_table("role_grants")
    op.drop_index(
        "uq_products_name",
        table_name="products",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(
        "uq_products_barcode",
        table_name="products",
        sqlite_where=sa.text("barcode IS NOT NULL AND closed_at IS NULL"),
        postgresql_where=sa.text("barcode IS NOT NULL AND closed_at IS NULL"),
    )
    op.drop_index("ix_products_shop", table_name="products")
    op.drop_table("products")
    op.drop_table("plots")
    op.drop_index("ix_orders_shop", table_name="orders")
    op.drop_index("ix_orders_member", table_name="orders")
    op.drop_table("orders")
    op.drop_index("ix_import_rows_run", table_name="import_rows")
    op.drop_table("import_rows")
    op.drop_index(
        "uq_household_memberships_live",
        table_name="household_memberships",
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.drop_index("ix_household_memberships_household", table_name="household_memberships")
    op.drop_table("household_memberships")
    op.drop_index(
        "uq_group_places_live",
        table_name="group_places",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_group_places_group", table_name="group_places")
    op.drop_table("group_places")
    op.drop_index(
        "uq_group_memberships_live",
        table_name="group_memberships",
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.drop_index("ix_group_memberships_member", table_name="group_memberships")
    op.drop_table("group_memberships")
    op.drop_index("ix_first_sign_ins_secret", table_name="first_sign_ins")
    op.drop_index("ix_first_sign_ins_member", table_name="first_sign_ins")
    op.drop_table("first_sign_ins")
    op.drop_index("ix_devices_place", table_name="devices")
    op.drop_table("devices")
    op.drop_index("ix_consents_member", table_name="consents")
    op.drop_table("consents")
    op.drop_index(
        "uq_cards_live",
        table_name="cards",
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_table("cards")
    op.drop_table("taken_lines")
    op.drop_table("spent_codes")
    op.drop_table("seals")
    op.drop_index("ix_places_kind", table_name="places")
    op.drop_table("places")
    op.drop_table("passbooks")
    op.drop_table("outcomes")
    op.drop_index("ix_outbox_messages_unsent", table_name="outbox_messages")
    op.drop_index("ix_outbox_messages_recipient", table_name="outbox_messages")
    op.drop_table("outbox_messages")
    op.drop_index(
        "uq_members_active_phone",
        table_name="members",
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.drop_index("ix_members_tail", table_name="members")
    op.drop_index("ix_members_name", table_name="members")
    op.drop_table("members")
    op.drop_table("limit_uses")
    op.drop_index("ix_import_runs_created", table_name="import_runs")
    op.drop_table("import_runs")
    op.drop_table("households")
    op.drop_table("groups")
    op.drop_index("ix_donations_day", table_name="donations")
    op.drop_table("donations")
    op.drop_table("counters")
    op.drop_index("ix_audit_events_subject", table_name="audit_events")
    op.drop_index("ix_audit_events_actor", table_name="audit_events")
    op.drop_table("audit_events")
    op.drop_table("activity_kinds")
    op.drop_index("ix_accounts_owner", table_name="accounts")
    op.drop_index("ix_accounts_expiry", table_name="accounts")
    op.drop_table("accounts")
    op.drop_table("throttles")
    op.drop_index("ix_sign_ins_subject", table_name="sign_ins")
    op.drop_index("ix_sign_ins_on_device", table_name="sign_ins")
    op.drop_table("sign_ins")
    op.drop_index("ix_phone_directory_member", table_name="phone_directory")
    op.drop_table("phone_directory")
    op.drop_table("operators")
    op.drop_table("leases")
    op.drop_table("credentials")
    op.drop_table("communities")
    op.drop_index("ix_code_directory_subject", table_name="code_directory")
    op.drop_table("code_directory")
