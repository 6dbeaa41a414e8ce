"""Pure decisions of the shop."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from pointsvc.shop import rules
from pointsvc.shop.errors import (
    AmountRefused,
    ApproverNotAllowed,
    BarcodeRefused,
    DatesCrossed,
    OutOfStock,
    OwnOrder,
    PinRequired,
    PinWrong,
    RefundExceeds,
)
from pointsvc.shop.rules import BatchFacts, Pick, WantedLine

TODAY = date(2026, 11, 21)
PRODUCT = uuid4()
DAYS = st.none() | st.integers(-40, 40).map(lambda days: TODAY + timedelta(days=days))
BATCHES = st.lists(
    st.builds(
        BatchFacts,
        id=st.uuids(),
        product_id=st.just(PRODUCT),
        best_before_on=DAYS,
        restriction=st.none() | st.just("独居老人"),
        received_on=st.integers(0, 30).map(lambda days: TODAY - timedelta(days=days)),
        on_hand=st.integers(0, 20),
    ),
    max_size=8,
    unique_by=lambda batch: batch.id,
)


def batch(on_hand: int, best_before_on: date | None = None, **more: object) -> BatchFacts:
    facts = {"restriction": None, "received_on": TODAY} | more
    return BatchFacts(uuid4(), PRODUCT, best_before_on, on_hand=on_hand, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["6917402665956", "6934198637813", "4006381333931"])
def test_a_barcode_with_its_check_digit_is_taken(code: str) -> None:
    assert rules.normal_barcode(code) == code


@pytest.mark.parametrize(
    "code", ["6917402665957", "12345678", "条码", "12", "69174 02665957", "a" * 33]
)
def test_a_false_barcode_is_refused(code: str) -> None:
    with pytest.raises(BarcodeRefused):
        rules.normal_barcode(code)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("６９１７４０２６６５９５６", "6917402665956"),
        (" 6917 402665956", "6917402665956"),
        ("ab-12", "AB-12"),
        ("96385074", "96385074"),
        ("1234567", "1234567"),
        ("", None),
        (None, None),
    ],
)
def test_a_barcode_is_kept_as_labels_have_it(typed: str | None, kept: str | None) -> None:
    assert rules.normal_barcode(typed) == kept


def test_the_last_day_to_eat_is_no_earlier_than_the_best_before_day() -> None:
    with pytest.raises(DatesCrossed):
        rules.check_arrival(TODAY + timedelta(days=2), TODAY, TODAY + timedelta(days=1))


@given(st.text("0123456789", min_size=12, max_size=12))
def test_one_check_digit_fits_each_number(digits: str) -> None:
    assert sum(rules.is_ean(f"{digits}{last}") for last in range(10)) == 1


@pytest.mark.parametrize(
    ("donor", "kind"),
    [
        ("红色物业", "organisation"),
        ("便民超市", "organisation"),
        ("桥东社区居委会", "organisation"),
        ("徐海涛", "person"),
        ("张店", "person"),
        ("桥东社区王秀", "person"),
        ("爱心人士（匿名）", "anonymous"),
        ("", "anonymous"),
        (None, "anonymous"),
    ],
)
def test_who_gives_is_read_from_the_name(donor: str | None, kind: str) -> None:
    assert rules.donor_kind_for(donor) == kind


def test_lines_of_one_product_are_one_line() -> None:
    other = uuid4()
    lines = [WantedLine(PRODUCT, 1), WantedLine(other, 2), WantedLine(PRODUCT, 3)]
    assert rules.merge_lines(lines) == [WantedLine(PRODUCT, 4), WantedLine(other, 2)]


@pytest.mark.parametrize("quantity", [0, -5, 1.5, "12", "1e3", True, 2**63 - 1, 1_000_001])
def test_an_amount_that_is_none_is_refused(quantity: object) -> None:
    with pytest.raises(AmountRefused):
        rules.merge_lines([WantedLine(PRODUCT, quantity)])  # type: ignore[arg-type]


def test_no_line_is_no_order() -> None:
    with pytest.raises(AmountRefused):
        rules.merge_lines([])


def test_a_total_above_a_million_points_is_refused() -> None:
    with pytest.raises(AmountRefused):
        rules.total_for([(1000, 1001)])


def test_what_expires_first_goes_out_first() -> None:
    soon, later, undated = batch(1, TODAY), batch(5, date(2027, 1, 1)), batch(5)
    picks = rules.decide_picks([undated, later, soon], WantedLine(PRODUCT, 4), TODAY)
    assert picks == [Pick(soon, 1), Pick(later, 3)]


def test_what_is_past_or_restricted_does_not_go_out() -> None:
    shelf = [batch(5, TODAY - timedelta(days=1)), batch(5, restriction="独居老人"), batch(2)]
    with pytest.raises(OutOfStock) as refusal:
        rules.decide_picks(shelf, WantedLine(PRODUCT, 3), TODAY)
    assert refusal.value.context["available"] == 2


@given(BATCHES, st.integers(1, 60))
def test_picks_are_exact_or_refused(shelf: list[BatchFacts], quantity: int) -> None:
    usable = sum(each.on_hand for each in shelf if rules.may_leave(each, TODAY))
    if usable < quantity:
        with pytest.raises(OutOfStock):
            rules.decide_picks(shelf, WantedLine(PRODUCT, quantity), TODAY)
        return
    picks = rules.decide_picks(shelf, WantedLine(PRODUCT, quantity), TODAY)
    assert sum(pick.quantity for pick in picks) == quantity
    assert all(0 < pick.quantity <= pick.batch.on_hand for pick in picks)
    assert all(rules.may_leave(pick.batch, TODAY) for pick in picks)


@given(BATCHES, st.data())
def test_nothing_that_expires_sooner_stays_behind(
    shelf: list[BatchFacts], data: st.DataObject
) -> None:
    usable = [each for each in shelf if rules.may_leave(each, TODAY) and each.on_hand]
    total = sum(each.on_hand for each in usable)
    if not total:
        return
    quantity = data.draw(st.integers(1, total))
    picks = rules.decide_picks(shelf, WantedLine(PRODUCT, quantity), TODAY)
    last = max(pick.batch.best_before_on or date.max for pick in picks)
    emptied = {pick.batch.id for pick in picks if pick.quantity == pick.batch.on_hand}
    sooner = [each for each in usable if (each.best_before_on or date.max) < last]
    assert all(each.id in emptied for each in sooner)


def test_goods_go_back_to_where_they_came_from_last_first() -> None:
    first, second = batch(0), batch(3)
    returns = rules.decide_returns([Pick(first, 2), Pick(second, 2)], 3)
    assert returns == [Pick(second, 2), Pick(first, 1)]


def test_more_than_is_out_cannot_come_back() -> None:
    with pytest.raises(RefundExceeds):
        rules.decide_returns([Pick(batch(0), 2)], 3)


def test_nobody_serves_themself() -> None:
    keeper = uuid4()
    with pytest.raises(OwnOrder):
        rules.decide_server(server={keeper, uuid4()}, served={keeper})


@pytest.mark.parametrize(
    ("proof", "points", "pin"),
    [("card", 100, "absent"), ("card", 101, "right"), ("member_code", 5000, "absent")],
)
def test_a_printed_card_pays_up_to_the_limit_alone(proof: str, points: int, pin: str) -> None:
    rules.decide_pin(proof=proof, total_points=points, limits=rules.PinLimits(100), pin=pin)  # type: ignore[arg-type]


def test_a_printed_card_pays_more_with_the_pin_only() -> None:
    with pytest.raises(PinRequired):
        rules.decide_pin(proof="card", total_points=101, limits=rules.PinLimits(100), pin="absent")


def test_a_wrong_pin_is_refused_even_where_none_was_needed() -> None:
    with pytest.raises(PinWrong):
        rules.decide_pin(
            proof="member_code", total_points=1, limits=rules.PinLimits(100), pin="wrong"
        )


@pytest.mark.parametrize("roles", [{"volunteer"}, {"keeper", "clerk"}, set()])
def test_only_a_supervisor_is_the_second_person(roles: set[str]) -> None:
    with pytest.raises(ApproverNotAllowed):
        rules.decide_approver(approver={uuid4()}, roles=roles, others=set())


def test_a_supervisor_does_not_approve_their_own() -> None:
    me: UUID = uuid4()
    with pytest.raises(ApproverNotAllowed):
        rules.decide_approver(approver={me}, roles={"supervisor"}, others={uuid4(), me})
