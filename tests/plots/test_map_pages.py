"""Drawing plots and looking at them: typed, imported, exported; the map, the table, the sign."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.members.editing import say_consent
from pointsvc.plots.places.describing import describe_plot, draw_plot
from pointsvc.plots.queries import get_plot
from tests.checkin.duty import Duty
from tests.plots.test_outline_rules import feature
from tests.plots.years import Year
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")  # pages: the engine makes no difference
SHAPE = "10, 10\n30, 10\n30, 20\n10, 20"
FACTS = {"name": "1号田", "area_m2": "200", "planting": "丁香、草坪", "care": "浇水"}


@pytest.fixture
def clerk(year: Year, client: HouseClient) -> HouseClient:
    """赵芳's browser."""
    sign_in_cookie(client, year.cast.zhaofang)
    return client


def draw(year: Year) -> None:
    """Plot 1 lies on the map."""
    where: dict[str, Any] = {"community_id": year.community_id, "place_id": year.place_id}
    transact(lambda: draw_plot(corners=SHAPE, actor=SYSTEM, now=clock.now(), **where))


def send(client: HouseClient, *features: Any, **more: str) -> Any:
    """A file of these plots."""
    text = json.dumps({"type": "FeatureCollection", "features": list(features)})
    file = (io.BytesIO(text.encode()), "plots.geojson")
    return client.post("/plots/outlines", data={"file": file, **more}, follow_redirects=True)


def test_corners_are_typed_seen_and_kept(clerk: HouseClient, year: Year) -> None:
    address = f"/plots/{year.place_id}/outline"
    assert "200 平方米" in clerk.get(f"{address}/shape", query_string={"corners": SHAPE}).text
    typed = SHAPE.replace("\n", "\r\n")  # as browsers send it
    assert clerk.post(address, data={"corners": typed}).status_code == 303
    kept = get_plot(year.community_id, year.place_id).outline
    assert kept is not None
    assert kept.area_m2 == 200
    assert "30, 20" in clerk.get(address).text
    clerk.post(address, data={"corners": ""})
    assert get_plot(year.community_id, year.place_id).outline is None


def test_a_crossing_is_told_and_what_was_typed_stays(clerk: HouseClient, year: Year) -> None:
    crossed = "0, 0\n30, 20\n30, 0\n0, 20"
    answer = clerk.post(f"/plots/{year.place_id}/outline", data={"corners": crossed})
    assert answer.status_code == 422
    assert "不要交叉" in answer.text
    assert "30, 20" in answer.text


def test_a_file_is_looked_at_first_and_then_taken(clerk: HouseClient, year: Year) -> None:
    file = [feature(1, name="丁香园"), feature(77), feature(5, [[0, 0], [1, 1]])]
    page = send(clerk, *file).text
    assert "没有这个编号" in page
    assert "77" in page
    assert "至少要三个角" in page
    assert get_plot(year.community_id, year.place_id).outline is None
    [text] = re.findall(r'name="text" value="([^"]+)"', page)
    seen = {"text": text.replace("&#34;", '"').replace("&quot;", '"'), "is_seen": "yes"}
    clerk.post("/plots/outlines", data=seen)
    plot = get_plot(year.community_id, year.place_id)
    assert (plot.place.name, plot.outline is not None) == ("丁香园", True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "请选一个文件"),
        (b"{", "读不出来"),
        (b'{"type": "FeatureCollection", "features": [NaN]}', "读不出来"),
        (b"[" * 50_000, "读不出来"),
        (b'{"type": "FeatureCollection", "features": [1e99999999999999999999]}', "读不出来"),
        (b'{"type": "Topology"}', "FeatureCollection"),
        (b" " * 1_000_001 + b"x", "最多 1 MB"),
    ],
)
def test_what_is_no_file_of_plots_is_told(clerk: HouseClient, content: bytes, words: str) -> None:
    data = {"file": (io.BytesIO(content), "plots.geojson")}
    assert words in clerk.post("/plots/outlines", data=data, follow_redirects=True).text


def test_what_goes_out_comes_in_again(clerk: HouseClient, year: Year) -> None:
    draw(year)
    answer = clerk.get("/plots/outlines.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    [going] = json.loads(answer.text)["features"]
    assert "能画的" in send(clerk, going).text
    assert going["geometry"]["coordinates"][0][0] == going["geometry"]["coordinates"][0][-1]


def test_the_register_goes_out_as_a_table_without_formulas(clerk: HouseClient, year: Year) -> None:
    more = {"sign_text": "=1+1", "owner_kind": "owners", "owner_name": "全体", "buildings": "3号楼"}
    assert clerk.post(f"/plots/{year.place_id}", data=FACTS | more).status_code == 303
    table = clerk.get("/plots/register.csv").text
    assert '"\'=1+1"' in table
    assert "全体业主" in table
    assert "138" not in table


@pytest.mark.parametrize("who", ["limei", "wangqiang", "zhaofang", "zhoumin"])
def test_everybody_of_the_community_sees_the_map_and_nobody_s_name(
    client: HouseClient, year: Year, who: str
) -> None:
    draw(year)
    sign_in_cookie(client, getattr(year.cast, who))
    main = client.get("/plots/map").text.partition("<main")[2]
    assert f'href="/plots/{year.place_id}/about"' in main
    assert "不在季节" in main
    assert not any(name in main for name in ("刘洋", "李梅", "王强"))
    assert ("我的田" in main) == (who in {"limei", "wangqiang"})


def test_a_plot_that_nobody_drew_is_in_the_table(client: HouseClient, year: Year) -> None:
    sign_in_cookie(client, year.cast.limei)
    page = client.get("/plots/map?order=care").text
    assert "还没有画边界" in page
    assert "1号田" in page
    assert "<polygon" not in page


def describe(year: Year, sign_text: str) -> None:
    """What the sign of plot 1 says."""
    transact(
        lambda: describe_plot(
            community_id=year.community_id,
            place_id=year.place_id,
            buildings=None,
            sign_text=sign_text,
            owner_kind=None,
            owner_name=None,
        )
    )


def test_behind_the_sign_a_stranger_reads_of_the_plot_and_of_who_agreed(
    duty: Duty, year: Year, client: HouseClient
) -> None:
    describe(year, "丁香开时请轻走")
    liuyang = year.cast.liuyang.id
    who: dict[str, Any] = {"member_id": liuyang, "recorded_by_id": liuyang}
    what: dict[str, Any] = {"purpose": "plot_name", "given": True, "now": clock.now()}
    transact(lambda: say_consent(community_id=year.community_id, **who, **what))
    page = client.get("/c/" + duty.sign().rpartition("/")[2]).text
    assert all(words in page for words in ("丁香开时请轻走", "刘洋", "李*", "登录", "想帮一把"))
    assert "李梅" not in page


def test_who_is_signed_in_checks_in_there_as_before_and_a_foreigner_reads_nothing(
    duty: Duty, year: Year, client: HouseClient
) -> None:
    describe(year, "丁香开时请轻走")
    address = "/c/" + duty.sign().rpartition("/")[2]
    sign_in_cookie(client, duty.cast.limei)
    page = client.get(address).text
    assert page.index('name="scan_id"') < page.index("丁香开时请轻走")
    sign_in_cookie(client, duty.cast.chenjing)
    assert "丁香开时请轻走" not in client.get(address).text


def test_the_printed_sign_says_it_too(clerk: HouseClient, year: Year) -> None:
    describe(year, "丁香开时请轻走")
    sheet = clerk.get("/checkin/signs/sheet", query_string={"place_id": year.place_id}).text
    assert "丁香开时请轻走" in sheet


@pytest.mark.parametrize("who", ["limei", "wangqiang", "chenjing"])
def test_only_the_office_draws(client: HouseClient, year: Year, who: str) -> None:
    sign_in_cookie(client, getattr(year.cast, who))
    for address in ("/plots/outlines", f"/plots/{year.place_id}/outline"):
        assert client.get(address).status_code in {403, 404}
