"""One person's page, and what the desk can do for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import find_card
from pointsvc.members.consents import PURPOSES, TEXTS, consents_of, lacks_guardian
from pointsvc.members.editing import (
    change_phone,
    edit_member,
    let_go,
    move_member,
    say_consent,
    show_phone,
    take_back,
)
from pointsvc.members.heirs import heir_of, merged_into
from pointsvc.members.pages.desk import blueprint, clerk, done, rooms, today
from pointsvc.members.queries import get_member, household_of
from pointsvc.members.rules import door_of
from pointsvc.members.schemas import ConsentForm, DoorForm, PersonForm, PhoneForm
from pointsvc.members.second_steps import has_second_step, reset_second_step as take_second_step
from pointsvc.members.secrets import hash_pin, set_pin


@blueprint.route("/<uuid:member_id>")
@requires("members.read")
def show(member_id: UUID) -> str:
    """Everything that the office knows of a person; the phone is masked."""
    return _page(member_id)


@blueprint.route("/<uuid:member_id>/edit", methods=["GET", "POST"])
@requires("members.write")
def edit(member_id: UUID) -> ResponseReturnValue:
    """Correct name, sex, birthday, Party membership, note."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()
    member = get_member(community_id, member_id)
    if request.method == "GET":
        values = {name: getattr(member, name) for name in PersonForm().fields}
        return _edit(member, values, None)
    try:
        changes = parse_form(PersonForm, request.form)
        transact(
            lambda: edit_member(
                community_id=community_id,
                member_id=member_id,
                changes=changes,
                actor=actor,
                now=now,
            )
        )
    except Refusal as refusal:
        return _edit(member, request.form.to_dict(), refusal), refusal.status
    return redirect(url_for("members.show", member_id=member_id), 303)


@blueprint.route("/<uuid:member_id>/phone", methods=["POST"])
@requires("members.write")
def phone(member_id: UUID) -> ResponseReturnValue:
    """Another phone, or none."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()
    asked = parse_form(PhoneForm, request.form)["phone"]

    def work() -> None:
        change_phone(
            community_id=community_id, member_id=member_id, phone=asked, actor=actor, now=now
        )

    had_one = get_member(community_id, member_id).phone
    words = _("手机号改好了，原来的登录都已退出。") if had_one else _("手机号登记好了。")
    return done(member_id, work, words)


@blueprint.route("/<uuid:member_id>/phone/show", methods=["POST"])
@requires("members.write")
def reveal(member_id: UUID) -> str:
    """The whole phone, this once; who looked is written down."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()
    whole = transact(
        lambda: show_phone(community_id=community_id, member_id=member_id, actor=actor, now=now)
    )
    return _page(member_id, whole_phone=whole)


@blueprint.route("/<uuid:member_id>/door", methods=["POST"])
@requires("members.write")
def move(member_id: UUID) -> ResponseReturnValue:
    """Move behind another door."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()
    values = parse_form(DoorForm, request.form)
    door = door_of(values["building"], values["unit"], values["room"])

    def work() -> None:
        move_member(
            community_id=community_id,
            member_id=member_id,
            door=door,
            actor=actor,
            now=now,
            rooms=rooms().carry,
        )

    return done(member_id, work, _("门牌改好了。"))


@blueprint.route("/<uuid:member_id>/consents", methods=["POST"])
@requires("members.write")
def consent(member_id: UUID) -> ResponseReturnValue:
    """What the person, or the guardian, said on paper or at the desk."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()
    values = parse_form(ConsentForm, request.form)
    assert actor.id is not None, "a clerk is a member"
    recorded_by_id = actor.id

    def work() -> None:
        say_consent(
            community_id=community_id,
            member_id=member_id,
            recorded_by_id=recorded_by_id,
            now=now,
            **values,
        )

    return done(member_id, work, _("已记下。"))


@blueprint.route("/<uuid:member_id>/pin", methods=["POST"])
@requires("members.write")
def pin(member_id: UUID) -> ResponseReturnValue:
    """A PIN that the person types at the desk themselves, twice."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()
    try:
        pin_hash = hash_pin(_typed_twice())
    except Invalid as refusal:
        return _page(member_id, refusal=refusal), refusal.status

    def work() -> None:
        set_pin(
            community_id=community_id,
            member_id=member_id,
            pin_hash=pin_hash,
            actor=actor,
            now=now,
        )

    return done(member_id, work, _("PIN 设好了。"))


@blueprint.route("/<uuid:member_id>/second-step/reset", methods=["POST"])
@requires("members.write")
def reset_second_step(member_id: UUID) -> ResponseReturnValue:
    """Somebody lost the phone with the authenticator and the recovery codes."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()

    def work() -> None:
        take_second_step(subject_id=member_id, community_id=community_id, actor=actor, now=now)

    return done(member_id, work, _("二次验证重置了，已告诉本人。"))


@blueprint.route("/<uuid:member_id>/leave", methods=["POST"])
@requires("members.write")
def leave(member_id: UUID) -> ResponseReturnValue:
    """Off the books."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()

    def work() -> None:
        let_go(community_id=community_id, member_id=member_id, actor=actor, now=now)

    return done(member_id, work, _("已离册，积分和记录都保留。"))


@blueprint.route("/<uuid:member_id>/return", methods=["POST"])
@requires("members.write")
def come_back(member_id: UUID) -> ResponseReturnValue:
    """On the books again."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()

    def work() -> None:
        take_back(community_id=community_id, member_id=member_id, actor=actor, now=now)

    return done(member_id, work, _("已恢复在册。"))


def _typed_twice() -> str:
    typed = request.form.get("pin", "")
    if typed != request.form.get("again", ""):
        raise Invalid({"pin": [_("两次输入的 PIN 不一样。")]})
    return typed


def _page(
    member_id: UUID, *, whole_phone: str | None = None, refusal: Refusal | None = None
) -> str:
    community = get_community(current_community_id())
    member = get_member(community.id, member_id)
    return render_template(
        "members/show.html",
        member=member,
        whole_phone=whole_phone,
        refusal=refusal,
        zone=community.zone,
        consents=consents_of(community.id, member_id),
        purposes=PURPOSES,
        texts=TEXTS,
        lacks_guardian=lacks_guardian(community.id, member_id, today(clock.now())),
        has_second_step=has_second_step(member_id),
        card=find_card(community.id, member_id),
        household=household_of(community.id, member.household_id),
        heir_id=heir_of(community.id, member_id),
        merged_ids=merged_into(community.id, member_id),
    )


def _edit(member: Any, values: dict[str, Any], refusal: Refusal | None) -> str:
    return render_template(
        "members/edit.html",
        member=member,
        values=values,
        refusal=refusal,
    )
