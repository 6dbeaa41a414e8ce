"""A plot's season from end to end in a real browser: divided, planned, rostered, done, inspected, missed.

The leader's and the volunteers' phones are 390 × 844, the clerk's desk is 1280 × 800. What no person does
on a page, the clock and the nightly job, is called by its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from pointsvc.audit.actors import SYSTEM
from pointsvc.earning.seeds import seed_tariffs
from pointsvc.kernel import clock as moments, codes
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import find_card, issue_cards
from pointsvc.plots.jobs import raise_gaps
from tests.browser.gun import shoot
from tests.browser.test_plot_pages import draft
from tests.plots.doing import photo
from tests.support.cast import Person
from tests.support.clocks import FrozenClock
from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.engines("sqlite")]
MONTH = "month=2026-12"
FIRST_DAY = "12月5日"
MY_DUTIES = "/plots/duties/mine"


@dataclass
class Season:
    """Plot 1 and its people from November to December, and what they look at."""

    served: Served
    clock: FrozenClock
    cards: dict[str, str]
    phone_page: Page
    leader_page: Page
    desk_page: Page

    def phone(self, person: Person, path: str = MY_DUTIES) -> Page:
        """A phone that goes round among the volunteers, with this person signed in."""
        return self._at(self.phone_page, person, path)

    def leader(self, path: str = "/plots/mine") -> Page:
        """王强's phone."""
        return self._at(self.leader_page, self.served.cast.wangqiang, path)

    def desk(self, path: str) -> Page:
        """赵芳's screen in the office."""
        return self._at(self.desk_page, self.served.cast.zhaofang, path)

    def plot(self, rest: str) -> str:
        """An address of plot 1."""
        return f"/plots/{self.served.cast.plot_id}{rest}"

    def look_at_night(self) -> str:
        """What the nightly look at the gaps says."""
        with self.served.app.app_context():
            return raise_gaps(moments.now())

    def _at(self, page: Page, person: Person, path: str) -> Page:
        self.served.sign_in(page, person)  # anew: weeks go by between two looks
        self.served.open(page, path)
        return page


def card_code(person: Person) -> str:
    """What a scanner gun types when it sees the person's card, fresh from the printer."""
    home, now = person.community_id, moments.now()
    assert home is not None
    transact(lambda: issue_cards(community_id=home, member_ids=[person.id], actor=SYSTEM, now=now))
    card = find_card(home, person.id)
    assert card is not None
    return codes.url("http://localhost", card.token)


@pytest.fixture
def season(served: Served, clock: FrozenClock, open_page: Callable[..., Page]) -> Season:
    """The community has its tariffs and its people their cards, on a Saturday in November."""
    cast = served.cast
    with served.app.app_context():
        today = moments.local_day(moments.now(), moments.DEFAULT_ZONE)
        home, now = cast.community_id, moments.now()
        transact(lambda: seed_tariffs(community_id=home, valid_from_on=today, now=now))
        cards = {person.name: card_code(person) for person in (cast.liuyang, cast.hedu)}
    desk = open_page(width=1280, height=800)
    return Season(served, clock, cards, open_page(), open_page(), desk)


def test_a_plot_s_season_goes_from_hand_to_hand(season: Season) -> None:
    form_the_groups(season)
    divide_the_plot(season)
    plan_the_calendar(season)
    propose_the_month(season)
    change_the_month(season)
    say_yes_to_the_month(season)
    find_a_substitute_and_veto(season)
    find_another_substitute(season)
    do_the_shift(season)
    report_the_shift(season)
    inspect_the_plot(season)
    raise_the_alarm(season)
    answer_for_the_gap(season)
    clear_the_alarm(season)


def form_the_groups(season: Season) -> None:
    """The clerk: two neighbours more in group 1, and a second group, whose people inspect."""
    cast = season.served.cast
    desk = season.desk(f"/organisation/groups/{cast.group_id}")
    for person in (cast.zhangdian, cast.hedu):
        join(desk, person)
    desk = season.desk("/organisation/groups")
    desk.get_by_label("第几组").fill("2")
    desk.get_by_label("名称").fill("第二党小组")
    desk.get_by_role("button", name="新建").click()
    expect(desk.get_by_role("heading", name="第二党小组")).to_be_visible()
    join(desk, cast.sungang)


def join(desk: Page, person: Person) -> None:
    """The clerk: into this group."""
    desk.get_by_label("姓名、手机尾号或编号").fill(person.name)
    desk.get_by_role("button", name="查找").click()
    desk.locator("#join").get_by_role("button", name="加入").click()
    expect(desk.locator("#people")).to_contain_text(person.name)


def divide_the_plot(season: Season) -> None:
    """The leader asks four; two and the substitute say yes, one says not this time."""
    cast = season.served.cast
    leader = season.leader(season.plot("/people"))
    for person in (cast.limei, cast.liuyang, cast.zhangdian, cast.hedu):
        leader.get_by_label("组里的谁").select_option(label=person.name)
        leader.get_by_label("做替补").set_checked(person == cast.zhangdian)
        leader.get_by_role("button", name="发消息请他").click()
        expect(row(leader, person)).to_contain_text("等答复")
    for person in (cast.limei, cast.liuyang, cast.zhangdian):
        answer(season, person, "我愿意")
    answer(season, cast.hedu, "这次不了")
    leader.reload()
    parts = {cast.limei: "养护人", cast.liuyang: "养护人", cast.zhangdian: "替补"}
    for person, part in parts.items():
        expect(row(leader, person)).to_contain_text(part)
    expect(row(leader, cast.hedu)).to_have_count(0)
    expect(leader.get_by_text("还缺 1 个养护人")).to_be_visible()


def answer(season: Season, person: Person, word: str) -> None:
    """What the person says to caring for the plot."""
    phone = season.phone(person)
    expect(phone.get_by_role("heading", name="请您养护：1号田")).to_be_visible()
    phone.get_by_role("button", name=word).click()
    expect(phone.get_by_text("记下了，已告诉组长")).to_be_visible()
    expect(phone.get_by_text("请您养护")).to_have_count(0)
    expect(phone.get_by_role("heading", name="我养护的田")).to_have_count(int(word == "我愿意"))


def row(page: Page, person: Person) -> Locator:
    """The person's line in a list."""
    return page.get_by_role("listitem").filter(has=page.get_by_text(person.name, exact=True))


def plan_the_calendar(season: Season) -> None:
    """The leader: a year from the draft, looked at, then written; after it nothing is left to write."""
    leader = season.leader()
    draft(season.served, leader)
    day = leader.locator("#weeks").get_by_role("listitem").filter(has_text=FIRST_DAY)
    expect(day).to_contain_text("捡垃圾")
    expect(day).to_contain_text("缺 2 人")
    leader.get_by_role("button", name="先看看会排出什么").click()
    expect(leader.get_by_text("都排好了，没有要改的")).to_be_visible()


def propose_the_month(season: Season) -> None:
    """The leader looks at who would be asked and why, puts another by hand, and asks."""
    cast = season.served.cast
    leader = season.leader(season.plot(f"/roster?{MONTH}"))
    leader.get_by_role("link", name="看看怎么排").click()
    expect(leader.get_by_text("李梅，还没轮到过捡垃圾，近三个月 0 小时").first).to_be_visible()
    expect(leader.get_by_role("combobox")).to_have_count(8)
    expect(leader.locator("select:has(option[value='']:checked)")).to_have_count(0)
    day = leader.locator("section").filter(has=leader.get_by_role("heading", name=FIRST_DAY))
    for seat, person in enumerate((cast.limei, cast.hedu)):
        day.get_by_role("combobox").nth(seat).select_option(label=person.name)
    leader.get_by_role("button", name="发消息请他们").click()
    expect(leader.get_by_text("问了 8 次")).to_be_visible()
    expect(duty(leader)).to_contain_text("等 何督 答复")


def duty(page: Page) -> Locator:
    """The first Saturday of December in a list."""
    return page.locator("#duties").get_by_role("listitem").filter(has_text=FIRST_DAY)


def change_the_month(season: Season) -> None:
    """The leader thinks again: 刘洋 instead of 何督."""
    cast = season.served.cast
    leader = season.leader(season.plot(f"/roster?{MONTH}"))
    question = duty(leader).locator("details").filter(has=leader.get_by_text("换人或收回"))
    question.last.locator("summary").click()
    question.last.get_by_label("改请谁").select_option(label=cast.liuyang.name)
    question.last.get_by_role("button", name="换", exact=True).click()
    expect(leader.get_by_text("换好了，已告诉他们")).to_be_visible()
    expect(duty(leader)).to_contain_text("等 刘洋 答复")
    expect(duty(leader)).not_to_contain_text("等 何督 答复")


def say_yes_to_the_month(season: Season) -> None:
    """Both volunteers, in one tap each; the month has its people."""
    cast = season.served.cast
    for person in (cast.limei, cast.liuyang):
        phone = season.phone(person)
        phone.get_by_role("button", name=re.compile("都愿意（. 次）")).click()
        expect(phone.get_by_text("次都记下了，到时见")).to_be_visible()
    leader = season.leader(season.plot(f"/roster?{MONTH}"))
    expect(duty(leader)).to_contain_text("人齐了")
    expect(leader.get_by_role("link", name="看看怎么排")).to_have_count(0)


def find_a_substitute_and_veto(season: Season) -> None:
    """李梅 cannot come, the substitute goes at once; the leader needs him elsewhere and says why."""
    cast = season.served.cast
    phone = season.phone(cast.limei)
    mine = phone.locator("#duties").get_by_role("listitem").filter(has_text=FIRST_DAY)
    mine.get_by_role("button", name="来不了", exact=True).click()
    dialog = phone.get_by_role("dialog")
    dialog.get_by_label("出门在外").check()
    dialog.get_by_role("button", name="来不了，请人替").click()
    expect(phone.get_by_text("不算缺席。已经在找人替您")).to_be_visible()
    stand_in = season.phone(cast.zhangdian)
    stand_in.get_by_role("button", name="我去").click()
    expect(stand_in.get_by_text("替您报上名了，到时见")).to_be_visible()
    leader = season.leader()
    taken = leader.locator("#substitutions")
    expect(taken).to_contain_text("张店 替 李梅")
    taken.get_by_role("button", name="另有安排").click()
    dialog = leader.get_by_role("dialog")
    dialog.get_by_label("为什么").fill("那天超市盘点")
    dialog.get_by_role("button", name="另有安排").click()
    expect(leader.get_by_text("已好好告诉本人，重新找人")).to_be_visible()
    stand_in = season.phone(cast.zhangdian)
    expect(stand_in.locator("#substitutions")).to_contain_text("那天超市盘点")


def find_another_substitute(season: Season) -> None:
    """No other substitute is left, so the group is asked; 何督, who cares for no plot, goes once."""
    cast = season.served.cast
    expect(season.leader().locator("#substitutions")).to_contain_text("问了全组")
    expect(season.phone(cast.zhangdian).get_by_role("button", name="我去")).to_have_count(0)
    phone = season.phone(cast.hedu)
    phone.get_by_role("button", name="我去").click()
    expect(phone.get_by_text("您替 李梅 去")).to_be_visible()
    thankful = season.phone(cast.limei)
    expect(thankful.get_by_text("何督 替您去")).to_be_visible()
    thankful.get_by_role("button", name="谢一声").click()
    expect(thankful.get_by_text("谢过了")).to_be_visible()
    expect(duty(season.leader(season.plot(f"/roster?{MONTH}")))).to_contain_text("人齐了")


def do_the_shift(season: Season) -> None:
    """Saturday: the leader scans both in from the day's page, and out an hour later."""
    season.clock.at("2026-12-05T08:25")
    leader = season.leader("/plots/today")
    leader.get_by_role("link", name="去签到").click()
    scan(season, leader, "已签到")
    expect(leader.locator("#here")).to_contain_text("在场 2 人")
    season.clock.at("2026-12-05T09:29")
    leader = season.leader("/plots/today")
    leader.get_by_role("link", name="去签到").click()
    scan(season, leader, "已签退")
    expect(leader.locator("#gone")).to_contain_text("已签退 2 人")


def scan(season: Season, page: Page, word: str) -> None:
    """The leader's gun, on the shift's page: one card after the other."""
    page.wait_for_url("**/checkin/shifts/*")
    page.wait_for_function("() => document.documentElement.dataset.scripts === 'ready'")
    for name, code in season.cards.items():
        shoot(page, code)
        expect(page.locator("#verdict")).to_contain_text(name)
        expect(page.locator("#verdict")).to_contain_text(word)


def report_the_shift(season: Season) -> None:
    """One of those who came writes it down, with a photograph."""
    season.clock.at("2026-12-05T09:40")
    phone = season.phone(season.served.cast.hedu)
    phone.locator("#to-report").get_by_role("link", name="1号田").click()
    expect(phone.get_by_label("捡垃圾")).to_be_checked()
    after = FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=photo())
    phone.get_by_label("做之后的照片").set_input_files([after])
    phone.get_by_role("button", name="记下").click()
    expect(phone.get_by_text("记好了，辛苦了")).to_be_visible()
    expect(phone.get_by_role("img", name="做之后")).to_be_visible()
    leader = season.leader("/plots/today")
    expect(leader.get_by_role("link", name="看养护记录")).to_be_visible()


def inspect_the_plot(season: Season) -> None:
    """The clerk asks, somebody of the other group marks, the leader and the clerk see it."""
    desk = season.desk("/plots/inspections")
    desk.get_by_role("button", name="给每块田请一位").click()
    expect(desk.get_by_text("请了 1 位")).to_be_visible()
    phone = season.phone(season.served.cast.sungang, "/plots/inspections/mine")
    phone.get_by_role("link", name="去打分").click()
    phone.locator("#field-points-1").fill("6")
    phone.locator("#field-word-1").fill("东北角露土")
    phone.get_by_role("button", name="交上去").click()
    expect(phone.get_by_role("dialog")).to_contain_text("一共 96 分")
    phone.get_by_role("button", name="确定交上去").click()
    expect(phone.get_by_text("交上去了：96 分")).to_be_visible()
    leader = season.leader("/plots/inspections/mine")
    leader.locator("#found").get_by_role("link", name=re.compile("1号田")).click()
    expect(leader.get_by_text("东北角露土")).to_be_visible()
    desk = season.desk("/plots/inspections")
    expect(desk.get_by_role("row", name=re.compile("1号田"))).to_contain_text("96 分")


def raise_the_alarm(season: Season) -> None:
    """Nobody comes for three weeks: not a day too early, then the leader is told."""
    season.clock.at("2026-12-26T23:00")
    assert season.look_at_night() == "0 raised, 0 cleared"
    season.clock.at("2026-12-27T01:00")
    assert season.look_at_night() == "1 raised, 0 cleared"
    season.clock.at("2026-12-27T09:00")
    expect(season.leader("/plots/today").get_by_text("好几天没人去")).to_be_visible()
    expect(season.leader("/me/messages").get_by_text("没有人去过，请排人")).to_be_visible()
    expect(season.desk("/plots/gaps").get_by_text("这里没有")).to_be_visible()


def answer_for_the_gap(season: Season) -> None:
    """Three days later it is the clerk's matter, who says what is done about it."""
    season.clock.at("2026-12-30T09:00")
    desk = season.desk("/plots/gaps")
    gap = desk.get_by_role("listitem").filter(has_text="1号田")
    expect(gap).to_contain_text("好几天没人去")
    gap.locator("summary", has_text="我来处理").click()
    gap.get_by_label("怎么处理").fill("已打电话，今天去")
    gap.get_by_role("button", name="记下").click()
    expect(gap).to_contain_text("“已打电话，今天去”")


def clear_the_alarm(season: Season) -> None:
    """The leader begins at once and scans whoever comes; the next look clears the gap and keeps it."""
    leader = season.leader()
    leader.get_by_role("button", name="现在开始（2 小时）").click()
    scan(season, leader, "已签到")
    season.clock.at("2026-12-30T11:00")
    assert season.look_at_night() == "0 raised, 1 cleared"
    expect(season.leader("/plots/today").get_by_text("好几天没人去")).to_have_count(0)
    expect(season.leader().get_by_text("有人照看", exact=True)).to_be_visible()
    desk = season.desk("/plots/gaps?view=cleared")
    gap = desk.get_by_role("listitem").filter(has_text="1号田")
    expect(gap).to_contain_text("有人去了")
