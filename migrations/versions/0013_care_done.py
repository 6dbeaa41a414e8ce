"""Photographs; what was done on a plot, what is broken there, inspections and their bonus, gaps of care.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment
from pointsvc.kernel.append_only import guards

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CARES = (
    "'litter', 'water', 'weed', 'mow', 'hedge', 'prune', 'feed', 'leaves', 'wrap',"
    " 'green_up_water', 'winter_water', 'patrol'"
)
DEFECT_STATES = "'reported', 'seen', 'passed_on', 'mended', 'not_ours'"
HISTORY = ("defect_steps", "inspection_forms", "inspection_items", "inspection_marks")
MADE = (
    "attachments",
    "care_reports",
    "reported_cares",
    "defects",
    "defect_steps",
    "defect_echoes",
    "inspection_forms",
    "inspection_items",
    "inspections",
    "inspection_marks",
    "plot_results",
    "plot_bonuses",
    "care_gaps",
)


def upgrade():
    _make_attachments()
    _make_reports()
    _make_defects()
    _make_forms()
    _make_inspections()
    _make_results()
    _make_gaps()
    for statement in guards(op.get_bind().dialect.name, HISTORY):
        op.execute(statement)


def downgrade():
    for table in reversed(MADE):
        op.drop_table(table)


def _make_attachments():
    op.create_table(
        "attachments",
        *_ids("community_id", "id"),
        _text("subject_kind"),
        *_ids("subject_id"),
        _text("part"),
        _whole("slot"),
        _whole("width"),
        _whole("height"),
        _whole("size_bytes"),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        *_ids("added_by_id"),
        _moment("added_at"),
        _day("added_on"),
        _whole("day_no"),
        _maybe("removed_by_id", sa.Uuid()),
        _maybe("removed_at", Moment()),
        _maybe("content", sa.LargeBinary()),
        *_checks(
            "attachments",
            subject_kind_length="length(subject_kind) <= 40",
            part_length="length(part) <= 20",
            slot_range="slot BETWEEN 1 AND 12",
            day_no_range="day_no BETWEEN 1 AND 40",
            width_range="width BETWEEN 1 AND 1600",
            height_range="height BETWEEN 1 AND 1600",
            size_range="size_bytes BETWEEN 1 AND 4194304",
            removed_is_empty="(content IS NULL) = (removed_at IS NOT NULL)",
        ),
        _in_community("attachments"),
        _key("attachments", "id"),
        sa.UniqueConstraint(
            "community_id", "added_by_id", "added_on", "day_no", name="uq_attachments_day"
        ),
        sqlite_strict=True,
    )
    slot = ["community_id", "subject_kind", "subject_id", "part", "slot"]
    _unique_where("uq_attachments_slot", "attachments", slot, "removed_at IS NULL")
    op.create_index("ix_attachments_added", "attachments", ["community_id", "added_at"])


def _make_reports():
    op.create_table(
        "care_reports",
        *_ids("community_id", "id", "shift_id", "place_id"),
        _maybe("tools", sa.Text()),
        _maybe("note", sa.Text()),
        _whole("version"),
        *_ids("reported_by_id"),
        _moment("reported_at"),
        _maybe("amended_by_id", sa.Uuid()),
        _maybe("amended_at", Moment()),
        *_checks(
            "care_reports",
            tools_length="length(tools) <= 200",
            note_length="length(note) <= 500",
            version_floor="version >= 1",
        ),
        _to("care_reports", "shift_id", "shifts"),
        _to("care_reports", "place_id", "plots", "place_id"),
        _to("care_reports", "reported_by_id", "members"),
        _key("care_reports", "id"),
        sa.UniqueConstraint(
            "community_id", "shift_id", name=op.f("uq_care_reports_community_id_shift_id")
        ),
        sqlite_strict=True,
    )
    _index("ix_care_reports_place", "care_reports", "place_id", "reported_at")
    _index("ix_care_reports_reporter", "care_reports", "reported_by_id")
    op.create_table(
        "reported_cares",
        *_ids("community_id", "report_id"),
        _text("care"),
        *_checks("reported_cares", care_known=f"care IN ({CARES})"),
        _to("reported_cares", "report_id", "care_reports"),
        _key("reported_cares", "report_id", "care"),
        sqlite_strict=True,
    )


def _make_defects():
    op.create_table(
        "defects",
        *_ids("community_id", "id"),
        _whole("number"),
        *_ids("place_id"),
        _text("kind"),
        _maybe("spot", sa.Text()),
        _text("text"),
        _text("state"),
        _maybe("passed_to", sa.Text()),
        *_ids("reported_by_id"),
        _moment("reported_at"),
        _moment("changed_at"),
        *_checks(
            "defects",
            kind_known="kind IN ('pipe', 'pest', 'dead_plant', 'damage', 'rubbish', 'other')",
            state_known=f"state IN ({DEFECT_STATES})",
            spot_length="length(spot) <= 80",
            text_length="length(text) <= 500",
            passed_to_length="length(passed_to) <= 80",
            passed_to_known="(state = 'passed_on') <= (passed_to IS NOT NULL)",
        ),
        _to("defects", "place_id", "plots", "place_id"),
        _to("defects", "reported_by_id", "members"),
        _key("defects", "id"),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_defects_community_id_number")),
        sqlite_strict=True,
    )
    _index("ix_defects_place", "defects", "place_id", "state")
    _index("ix_defects_state", "defects", "state", "reported_at")
    _index("ix_defects_reporter", "defects", "reported_by_id")
    op.create_table(
        "defect_steps",
        *_ids("community_id", "id", "defect_id"),
        _whole("seq"),
        _text("state"),
        _maybe("word", sa.Text()),
        _maybe("passed_to", sa.Text()),
        *_ids("taken_by_id"),
        _moment("taken_at"),
        *_checks(
            "defect_steps",
            state_known=f"state IN ({DEFECT_STATES})",
            word_length="length(word) <= 200",
            passed_to_length="length(passed_to) <= 80",
        ),
        _to("defect_steps", "defect_id", "defects"),
        _key("defect_steps", "id"),
        sa.UniqueConstraint("community_id", "defect_id", "seq", name="uq_defect_steps_seq"),
        sqlite_strict=True,
    )
    op.create_table(
        "defect_echoes",
        *_ids("community_id", "defect_id", "member_id"),
        _moment("echoed_at"),
        _to("defect_echoes", "defect_id", "defects"),
        _to("defect_echoes", "member_id", "members"),
        _key("defect_echoes", "defect_id", "member_id"),
        sqlite_strict=True,
    )
    _index("ix_defect_echoes_member", "defect_echoes", "member_id")


def _make_forms():
    op.create_table(
        "inspection_forms",
        *_ids("community_id", "id"),
        _whole("version"),
        _day("valid_from_on"),
        _text("decision"),
        _maybe("recorded_by_id", sa.Uuid()),
        _moment("recorded_at"),
        *_checks("inspection_forms", decision_length="length(decision) <= 200"),
        _in_community("inspection_forms"),
        _key("inspection_forms", "id"),
        sa.UniqueConstraint(
            "community_id", "version", name=op.f("uq_inspection_forms_community_id_version")
        ),
        sa.UniqueConstraint("community_id", "valid_from_on", name="uq_inspection_forms_day"),
        sqlite_strict=True,
    )
    op.create_table(
        "inspection_items",
        *_ids("community_id", "form_id"),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        _text("section"),
        _text("name"),
        _whole("points"),
        *_checks(
            "inspection_items",
            section_length="length(section) <= 20",
            name_length="length(name) <= 60",
            points_range="points BETWEEN 1 AND 100",
        ),
        _to("inspection_items", "form_id", "inspection_forms"),
        _key("inspection_items", "form_id", "number"),
        sqlite_strict=True,
    )


def _make_inspections():
    op.create_table(
        "inspections",
        *_ids("community_id", "id", "place_id"),
        _day("month_on"),
        _whole("visit_no"),
        *_ids("form_id", "inspector_id"),
        _text("state"),
        _maybe("asked_by_id", sa.Uuid()),
        _moment("asked_at"),
        _maybe("done_at", Moment()),
        _maybe("score", sa.BigInteger()),
        _maybe("note", sa.Text()),
        _maybe("objected_by_id", sa.Uuid()),
        _maybe("objected_at", Moment()),
        _maybe("objection", sa.Text()),
        *_checks(
            "inspections",
            state_known="state IN ('asked', 'done', 'declined', 'withdrawn')",
            note_length="length(note) <= 500",
            objection_length="length(objection) <= 200",
            visit_no_range="visit_no BETWEEN 1 AND 2",
            score_range="score BETWEEN 0 AND 100",
            done_has_score="(state = 'done') = (score IS NOT NULL)",
        ),
        _to("inspections", "place_id", "plots", "place_id"),
        _to("inspections", "form_id", "inspection_forms"),
        _to("inspections", "inspector_id", "members"),
        _key("inspections", "id"),
        sqlite_strict=True,
    )
    live = ["community_id", "place_id", "month_on", "visit_no"]
    _unique_where("uq_inspections_live", "inspections", live, "state IN ('asked', 'done')")
    _index("ix_inspections_month", "inspections", "month_on", "place_id")
    _index("ix_inspections_inspector", "inspections", "inspector_id", "state")
    _index("ix_inspections_form", "inspections", "form_id")
    op.create_table(
        "inspection_marks",
        *_ids("community_id", "inspection_id"),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        _whole("points"),
        _maybe("word", sa.Text()),
        *_checks(
            "inspection_marks",
            word_length="length(word) <= 200",
            points_range="points BETWEEN 0 AND 100",
        ),
        _to("inspection_marks", "inspection_id", "inspections"),
        _key("inspection_marks", "inspection_id", "number"),
        sqlite_strict=True,
    )


def _make_results():
    op.create_table(
        "plot_results",
        *_ids("community_id", "id", "place_id"),
        _day("month_on"),
        *_ids("inspection_id"),
        _whole("score"),
        sa.Column("has_passed", sa.Boolean(), nullable=False),
        _text("state"),
        _moment("decided_at"),
        _maybe("taken_back_by_id", sa.Uuid()),
        _maybe("taken_back_at", Moment()),
        _maybe("reason", sa.Text()),
        *_checks(
            "plot_results",
            state_known="state IN ('standing', 'taken_back')",
            reason_length="length(reason) <= 200",
        ),
        _to("plot_results", "place_id", "plots", "place_id"),
        _to("plot_results", "inspection_id", "inspections"),
        _key("plot_results", "id"),
        sa.UniqueConstraint(
            "community_id",
            "place_id",
            "month_on",
            name=op.f("uq_plot_results_community_id_place_id_month_on"),
        ),
        sqlite_strict=True,
    )
    _index("ix_plot_results_inspection", "plot_results", "inspection_id")
    _index("ix_plot_results_month", "plot_results", "month_on")
    op.create_table(
        "plot_bonuses",
        *_ids("community_id", "id", "place_id"),
        _day("month_on"),
        *_ids("member_id", "holder_id", "tariff_id"),
        _whole("points"),
        _moment("paid_at"),
        _maybe("taken_back_at", Moment()),
        *_checks("plot_bonuses", points_floor="points >= 0"),
        _to("plot_bonuses", "place_id", "plots", "place_id"),
        _to("plot_bonuses", "member_id", "members"),
        _to("plot_bonuses", "tariff_id", "tariffs"),
        _key("plot_bonuses", "id"),
        sa.UniqueConstraint(
            "community_id", "place_id", "month_on", "member_id", name="uq_plot_bonuses_once"
        ),
        sqlite_strict=True,
    )
    _index("ix_plot_bonuses_member", "plot_bonuses", "member_id")
    _index("ix_plot_bonuses_tariff", "plot_bonuses", "tariff_id")


def _make_gaps():
    op.create_table(
        "care_gaps",
        *_ids("community_id", "id", "place_id"),
        _day("since_on"),
        _moment("raised_at"),
        _maybe("seen_by_id", sa.Uuid()),
        _maybe("seen_at", Moment()),
        _maybe("word", sa.Text()),
        _maybe("cleared_on", sa.Date()),
        _maybe("cleared_by", sa.Text()),
        *_checks(
            "care_gaps",
            cleared_by_known="cleared_by IN ('visit', 'weather', 'calendar', 'closed')",
            word_length="length(word) <= 200",
        ),
        _to("care_gaps", "place_id", "plots", "place_id"),
        _key("care_gaps", "id"),
        sqlite_strict=True,
    )
    place = ["community_id", "place_id"]
    _unique_where("uq_care_gaps_open", "care_gaps", place, "cleared_on IS NULL")
    _index("ix_care_gaps_place", "care_gaps", "place_id", "since_on")


def _ids(*names):
    return [sa.Column(name, sa.Uuid(), nullable=False) for name in names]


def _text(name):
    return sa.Column(name, sa.Text(), nullable=False)


def _whole(name):
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _day(name):
    return sa.Column(name, sa.Date(), nullable=False)


def _moment(name):
    return sa.Column(name, Moment(), nullable=False)


def _maybe(name, type_):
    return sa.Column(name, type_, nullable=True)


def _key(table, *names):
    return sa.PrimaryKeyConstraint("community_id", *names, name=op.f(f"pk_{table}"))


def _in_community(table):
    name = op.f(f"fk_{table}_community_id_communities")
    return sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=name)


def _index(name, table, *columns):
    op.create_index(name, table, ["community_id", *columns])


def _unique_where(name, table, columns, where):
    here = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
    op.create_index(name, table, columns, unique=True, **here)


def _checks(table, **conditions):
    return [
        sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
        for name, condition in conditions.items()
    ]


def _to(table, column, target, key="id"):
    return sa.ForeignKeyConstraint(
        ["community_id", column],
        [f"{target}.community_id", f"{target}.{key}"],
        name=op.f(f"fk_{table}_community_id_{column}_{target}"),
    )
