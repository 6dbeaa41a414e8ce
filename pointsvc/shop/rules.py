"""Pure decisions: barcodes, donors, which batch leaves first, who may serve, what comes back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from pointsvc.kernel.errors import Forbidden
from pointsvc.shop.errors import (
    AmountRefused,
    ApproverNotAllowed,
    ApproverPinRequired,
    ApproverTotpRequired,
    ApproverTotpWrong,
    BalanceTooLow,
    BarcodeRefused,
    DatesCrossed,
    FutureDate,
    InsufficientPoints,
    MarkdownExceeds,
    OutOfStock,
    OwnOrder,
    PastDate,
    PinRequired,
    PinUnset,
    PinWrong,
    RefundExceeds,
    ShopUnclear,
)

QUANTITY_MAX: Final = 1000
POINTS_MAX: Final = 1_000_000
EAN_LENGTHS: Final = (8, 13)
DonorKind = Literal["person", "organisation", "anonymous"]
PinState = Literal["absent", "right", "wrong", "unset"]
TotpState = Literal["absent", "right", "wrong", "spent"]
_BARCODE: Final = re.compile(r"[0-9A-Z\-]{3,32}")
_NAMELESS: Final = ("匿名", "无名氏", "佚名", "不愿透露", "爱心人士", "anonymous")
_ORGANISATIONS: Final = (
    *("公司", "集团", "超市", "商店", "便利店", "药店", "饭店", "餐厅", "酒店", "商行", "工厂"),
    *(
        "社区",
        "居委会",
        "村委会",
        "业委会",
        "委员会",
        "支部",
        "总支",
        "党委",
        "政府",
        "街道办",
        "办事处",
    ),
    *("协会", "商会", "学会", "基金会", "工会", "妇联", "团委", "银行", "学校", "小学", "中学"),
    *(
        "幼儿园",
        "大学",
        "学院",
        "医院",
        "诊所",
        "物业",
        "单位",
        "中心",
        "合作社",
        "服务队",
        "志愿队",
    ),
    *(" ltd", " ltd.", " inc", " inc.", " company", " committee", " bank", " school"),
)


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A product and how many units of it."""

    product_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """A batch as it lies on the shelf. `best_before_on` is the last day on which it may leave."""

    id: UUID
    product_id: UUID
    best_before_on: date | None
    restriction: str | None
    received_on: date
    on_hand: int


@dataclass(frozen=True, slots=True)
class Pick:
    """So many units from (or back to) this batch."""

    batch: BatchFacts
    quantity: int


def normal_barcode(text: str | None) -> str | None:
    """The barcode as labels have it: half-width, upper case, no spaces; None for an empty one.

    Raises:
        BarcodeRefused: 8 or 13 digits whose check digit is wrong (GS1), or characters of no label.
    """
    plain = unicodedata.normalize("NFKC", text or "").upper()
    code = "".join(plain.split())
    if not code:
        return None
    is_false_ean = len(code) in EAN_LENGTHS and code.isdecimal() and not is_ean(code)
    if is_false_ean or not _BARCODE.fullmatch(code):
        raise BarcodeRefused({"barcode": [str(BarcodeRefused.message)]})
    return code


def is_ean(code: str) -> bool:
    """Whether 8 or 13 digits carry their check digit: from it leftwards weights 1 and 3, a sum of tens."""
    if len(code) not in EAN_LENGTHS or not (code.isascii() and code.isdigit()):
        return False
    return sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(code[::-1])) % 10 == 0


def donor_kind_for(donor: str | None) -> DonorKind:
    """Who gives, read from the name. In doubt a person: persons are masked in public."""
    name = (donor or "").strip().lower()
    if not name or any(word in name for word in _NAMELESS):
        return "anonymous"
    return "organisation" if name.endswith(_ORGANISATIONS) else "person"


def merge_lines(lines: Iterable[WantedLine]) -> list[WantedLine]:
    """One line for each product, in the order of their first mention.

    Raises:
        AmountRefused: no line, or a quantity that is no whole number from 1 to 1,000.
    """
    sums: dict[UUID, int] = {}
    for line in lines:
        if type(line.quantity) is not int or line.quantity < 1:
            raise AmountRefused
        sums[line.product_id] = sums.get(line.product_id, 0) + line.quantity
    if not sums or max(sums.values()) > QUANTITY_MAX:
        raise AmountRefused
    return [WantedLine(product_id, quantity) for product_id, quantity in sums.items()]


def total_for(lines: Iterable[tuple[int, int]]) -> int:
    """Σ quantity x price. Raises AmountRefused above 1,000,000 points."""
    total = sum(quantity * price for quantity, price in lines)
    if not 0 < total <= POINTS_MAX:
        raise AmountRefused
    return total


def may_leave(batch: BatchFacts, today: date) -> bool:
    """Whether units may leave over the counter (S6): not restricted, not past the date."""
    return batch.restriction is None and not is_past(batch.best_before_on, today)


def is_past(best_before_on: date | None, today: date) -> bool:
    """Whether the last day on which it may be handed out is over (食品安全法 art. 34)."""
    return best_before_on is not None and best_before_on < today


def check_arrival(best_before_on: date | None, today: date, use_by_on: date | None = None) -> None:
    """What a person takes in at the shop must still be good (食品安全法 art. 34).

    Raises:
        PastDate. DatesCrossed: the use-by day (最后食用) lies before the best-before day (保质期).
    """
    if is_past(best_before_on or use_by_on, today):
        raise PastDate({"best_before_on": [str(PastDate.message)]})
    if best_before_on is not None and is_past(use_by_on, best_before_on):
        raise DatesCrossed({"use_by_on": [str(DatesCrossed.message)]})


def check_paper(field: str, of: date, today: date) -> None:
    """A paper about money is of today or before; a later day would stand in no month. Raises FutureDate."""
    if of > today:
        raise FutureDate({field: [str(FutureDate.message)]})


def decide_picks(
    batches: Iterable[BatchFacts], wanted: WantedLine, today: date, reserved: int = 0
) -> list[Pick]:
    """From which batches the units come: first expired, first out; undated last, oldest first.

    `reserved` units are somebody else's: those that keep longest stay for them.

    Raises:
        OutOfStock: fewer units may leave than are wanted.
    """
    usable = sorted((b for b in batches if may_leave(b, today)), key=_first_out)
    free = max(0, sum(batch.on_hand for batch in usable) - reserved)
    picks, rest = [], wanted.quantity
    for batch in usable if free >= rest else ():
        taken = min(rest, batch.on_hand)
        if taken:
            picks.append(Pick(batch, taken))
            rest -= taken
    if rest:
        raise OutOfStock(
            product_id=str(wanted.product_id),
            wanted=wanted.quantity,
            available=free,
        )
    return picks


def decide_marked(
    batches: Iterable[BatchFacts], wanted: WantedLine, marked_batch_id: UUID, today: date
) -> None:
    """The lowered price is for what leaves until the marked batch is gone, and for nothing newer.

    Raises:
        MarkdownExceeds: more is wanted, or the batch was sold out before its turn came.
    """
    usable = sorted((b for b in batches if may_leave(b, today)), key=_first_out)
    places = [place for place, batch in enumerate(usable, start=1) if batch.id == marked_batch_id]
    left = sum(batch.on_hand for batch in usable[: places[0]]) if places else 0
    if wanted.quantity > left:
        raise MarkdownExceeds(product_id=str(wanted.product_id), left=left)


def _first_out(batch: BatchFacts) -> tuple[date, date, UUID]:
    return (batch.best_before_on or date.max, batch.received_on, batch.id)


def decide_returns(out: Sequence[Pick], quantity: int) -> list[Pick]:
    """To which batches returned units go: where they came from, the last picked first.

    Args:
        out: what is still out of each batch, in the order it was picked.
        quantity: units that come back.

    Raises:
        RefundExceeds: more comes back than is out.
    """
    returns, rest = [], quantity
    for pick in reversed(out):
        back = min(rest, pick.quantity)
        if back:
            returns.append(Pick(pick.batch, back))
            rest -= back
    if rest:
        raise RefundExceeds
    return returns


def limit_subject(product_id: UUID) -> str:
    """What a product's monthly limit is called among the limits."""
    return f"product:{product_id}"


def decide_points(*, usable: int, total_points: int, minimum: int) -> None:
    """Who has fewer points than the community exchanges from, or than it comes to, gets nothing.

    Raises:
        BalanceTooLow, InsufficientPoints.
    """
    if usable < minimum:
        raise BalanceTooLow(minimum=minimum, balance_points=usable)
    if usable < total_points:
        raise InsufficientPoints(balance_points=usable, total_points=total_points)


def decide_shop(
    *, asked: UUID | None, kept: Collection[UUID], of_products: Collection[UUID]
) -> UUID:
    """At which shop the keeper serves: the one asked for, the only one kept, or the goods' own.

    Raises:
        Forbidden: they do not keep it, or keep none. ShopUnclear: several, and nothing says which.
    """
    if asked is not None:
        if asked not in kept:
            raise Forbidden
        return asked
    if not kept:
        raise Forbidden
    candidates = set(kept) if len(kept) == 1 else set(of_products) & set(kept)
    if len(candidates) != 1:
        raise ShopUnclear
    return candidates.pop()


def decide_server(*, server: Collection[UUID], served: Collection[UUID]) -> None:
    """Nobody serves themself or their household (L15); each side is a member and a household.

    Raises:
        OwnOrder.
    """
    if set(server) & set(served):
        raise OwnOrder


@dataclass(frozen=True, slots=True)
class PinLimits:
    """Above so many points a printed card wants its PIN: in one exchange, in a day (0: no day).

    A community counts the day together so that a card that was found is not emptied in pieces.
    """

    at_once: int
    in_a_day: int = 0

    def is_day_passed(self, *, total_points: int, paid_today: int) -> bool:
        """Whether this exchange makes the day's sum too much."""
        return 0 < self.in_a_day < paid_today + total_points


def needs_pin(*, proof: str, total_points: int, limits: PinLimits, paid_today: int) -> bool:
    """Whether a printed card pays this only with its PIN."""
    is_much = total_points > limits.at_once or limits.is_day_passed(
        total_points=total_points, paid_today=paid_today
    )
    return proof == "card" and is_much


def decide_pin(
    *, proof: str, total_points: int, limits: PinLimits, pin: PinState, paid_today: int = 0
) -> None:
    """A printed card pays more than the limits only with its holder's PIN.

    A PIN that was typed must be right even where none was needed.

    Raises:
        PinWrong, PinUnset, PinRequired.
    """
    check_typed_pin(pin)
    wants_it = needs_pin(
        proof=proof, total_points=total_points, limits=limits, paid_today=paid_today
    )
    if wants_it and pin == "absent":
        raise PinRequired(above=limits.at_once)


def check_typed_pin(pin: PinState) -> None:
    """A PIN that was typed is the holder's. Raises PinWrong, PinUnset."""
    if pin == "wrong":
        raise PinWrong
    if pin == "unset":
        raise PinUnset


def decide_approver_pin(*, proof: str, pin: PinState) -> None:
    """A printed card approves with its PIN only. Raises PinWrong, PinUnset, ApproverPinRequired."""
    check_typed_pin(pin)
    if proof == "card" and pin == "absent":
        raise ApproverPinRequired


def decide_approver_totp(*, has_second_step: bool, totp: TotpState) -> None:
    """Who set up a second step approves with a code of it, whatever else they show.

    Raises:
        ApproverTotpRequired, ApproverTotpWrong.
    """
    if not has_second_step:
        return
    if totp == "absent":
        raise ApproverTotpRequired
    if totp != "right":
        raise ApproverTotpWrong


def decide_approver(
    *, approver: Collection[UUID], roles: Collection[str], others: Collection[UUID]
) -> None:
    """The second person is a supervisor of another household than keeper and member (L15).

    Each side is members and their households.

    Raises:
        ApproverNotAllowed.
    """
    if "supervisor" not in roles or set(approver) & set(others):
        raise ApproverNotAllowed
