"""Consent, per purpose and version of its text (PIPL art. 14-16, 23, 29, 31)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of
from pointsvc.members.models import Consent, Member
from pointsvc.members.rules import needs_guardian

PURPOSES: Final = ("service", "messages", "publish_name", "guardian", "position", "plot_name")
OWN_PURPOSES: Final = ("service", "messages", "publish_name")
# Sensitive: asked for by itself, given by the person's own hand alone (PIPL art. 28-30).
SEPARATE_PURPOSES: Final = ("position",)
# Asked when somebody takes a plot on, and changed under “我的同意”; no unless they say yes.
LATER_PURPOSES: Final = ("plot_name",)


@dataclass(frozen=True, slots=True)
class PurposeText:
    """What is asked: a version that grows with every change of the meaning, and the words."""

    version: int
    title: LazyText
    text: LazyText


TEXTS: Final[dict[str, PurposeText]] = {
    "service": PurposeText(
        1,
        _l("登记与记分"),
        _l("社区登记我的姓名、手机号、门牌和生日，用于志愿服务签到、记分和兑换；不作他用。"),
    ),
    "messages": PurposeText(1, _l("消息提醒"), _l("记分、兑换和排班有变动时，社区给我发消息。")),
    "publish_name": PurposeText(
        1, _l("公开全名"), _l("公示和感谢名单写我的全名；不同意则只写姓和星号。")
    ),
    "guardian": PurposeText(
        1, _l("监护人同意"), _l("监护人同意未满十四周岁的孩子登记、参加活动并登录。")
    ),
    "position": PurposeText(
        1,
        _l("扫标牌时用位置"),
        _l(
            "位置是敏感个人信息，所以单独问您。\n"
            "用处：您扫现场的标牌签到、签退时，手机把当时的位置发来，算出离场所多少米；"
            "在场所附近就直接记上，不用等别人确认。\n"
            "影响：只记下这个米数，组长和审计看得到；位置本身算完就丢，不保存、不跟踪，也不给别人。\n"
            "不同意、随时撤回都可以：照样扫标牌，由组长或同场的人确认，记分和兑换都不受影响。"
            "未满十四周岁的不用位置。"
        ),
    ),
    "plot_name": PurposeText(
        1,
        _l("在责任田上写名字"),
        _l("我养护的田，扫标牌的人都能看到我的全名；不同意则只写姓和星号。"),
    ),
}


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """The newest word on a purpose; `never` where nothing was asked."""

    purpose: str
    state: str
    version: int | None
    recorded_at: datetime | None
    guardian_name: str | None = None

    @property
    def is_given(self) -> bool:
        """Whether it was given and not withdrawn."""
        return self.state == "given"

    @property
    def is_current(self) -> bool:
        """Whether what was given is today's text."""
        return self.is_given and self.version == TEXTS[self.purpose].version


def first_rows(
    *,
    community_id: UUID,
    member_id: UUID,
    said: Mapping[str, bool],
    guardian_name: str | None,
    recorded_by_id: UUID | None,
    now: datetime,
) -> list[dict[str, Any]]:
    """The rows of a new member: what was given, and `service` to be collected where it was not."""
    states = {purpose: "given" for purpose, given in said.items() if given}
    states.setdefault("service", "to_collect")
    if not guardian_name:
        states.pop("guardian", None)
    return [
        {
            "community_id": community_id,
            "id": new_id(),
            "member_id": member_id,
            "purpose": purpose,
            "seq": 1,
            "version": TEXTS[purpose].version,
            "state": state,
            "guardian_name": guardian_name if purpose == "guardian" else None,
            "recorded_by_id": recorded_by_id,
            "recorded_at": now,
        }
        for purpose, state in states.items()
    ]


def record_consent(
    *,
    community_id: UUID,
    member_id: UUID,
    purpose: str,
    given: bool,
    recorded_by_id: UUID | None,
    now: datetime,
    guardian_name: str | None = None,
) -> bool:
    """Write down that a member gave or withdrew consent; whether that is news.

    Raises:
        Invalid: no such purpose, a guardian's consent without the guardian's name, or a separate
            consent that somebody else would give.
    """
    if purpose not in PURPOSES:
        raise Invalid({"purpose": [_("没有这个用途。")]})
    if purpose in SEPARATE_PURPOSES and given and recorded_by_id != member_id:
        raise Invalid({"purpose": [_("这一项只能由本人登录后在“我的同意”里同意。")]})
    if purpose == "guardian" and given and not (guardian_name or "").strip():
        raise Invalid({"guardian_name": [_("请写监护人的姓名。")]})
    before = consents_of(community_id, member_id)[purpose]
    if before.is_current if given else not before.is_given and before.state != "to_collect":
        return False
    db.session.add(
        Consent(
            community_id=community_id,
            id=new_id(),
            member_id=member_id,
            purpose=purpose,
            seq=_next_seq(community_id, member_id, purpose),
            version=TEXTS[purpose].version,
            state="given" if given else "withdrawn",
            guardian_name=guardian_name if purpose == "guardian" else None,
            recorded_by_id=recorded_by_id,
            recorded_at=now,
        )
    )
    db.session.flush()
    return True


def consents_of(community_id: UUID, member_id: UUID) -> dict[str, ConsentFacts]:
    """The newest word of a member on every purpose."""
    rows = db.session.scalars(
        select(Consent)
        .where(Consent.community_id == community_id, Consent.member_id == member_id)
        .order_by(Consent.seq)
    )
    facts = {purpose: ConsentFacts(purpose, "never", None, None) for purpose in PURPOSES}
    for row in rows:
        facts[row.purpose] = ConsentFacts(
            row.purpose, row.state, row.version, row.recorded_at, row.guardian_name
        )
    return facts


def who_gave(community_id: UUID, purpose: str, member_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the members whose newest word on the purpose is yes (at most 500 ids)."""
    found = fetch(
        _givers(), community_id=community_id, purpose=purpose, member_ids=list(member_ids)
    )
    return {row.member_id for row in found}


@prepared
def _givers(among: Among) -> Select[*tuple[Any, ...]]:
    consent, later = table_of(Consent).c, table_of(Consent).alias("later").c
    is_newest = ~exists().where(
        later.community_id == consent.community_id,
        later.member_id == consent.member_id,
        later.purpose == consent.purpose,
        later.seq > consent.seq,
    )
    return select(consent.member_id).where(
        consent.community_id == bindparam("community_id"),
        consent.purpose == bindparam("purpose"),
        among(consent.member_id, "member_ids"),
        consent.state == "given",
        is_newest,
    )


def shares_position(community_id: UUID, member_id: UUID, today: date) -> bool:
    """Whether the member agreed to today's text on positions; under 14 there is no agreeing."""
    if not consents_of(community_id, member_id)["position"].is_current:
        return False
    return not needs_guardian(_born_on(community_id, member_id), today)


def lacks_guardian(community_id: UUID, member_id: UUID, today: date) -> bool:
    """Whether the member is under 14 and no guardian's consent stands: no sign-in (PIPL art. 31)."""
    if not needs_guardian(_born_on(community_id, member_id), today):
        return False
    return not consents_of(community_id, member_id)["guardian"].is_given


def _born_on(community_id: UUID, member_id: UUID) -> date | None:
    return db.session.scalar(
        select(Member.born_on).where(Member.community_id == community_id, Member.id == member_id)
    )


def _next_seq(community_id: UUID, member_id: UUID, purpose: str) -> int:
    last = db.session.scalar(
        select(Consent.seq)
        .where(
            Consent.community_id == community_id,
            Consent.member_id == member_id,
            Consent.purpose == purpose,
        )
        .order_by(Consent.seq.desc())
        .limit(1)
    )
    return (last or 0) + 1
