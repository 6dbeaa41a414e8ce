"""The clerk brings the office's book in a real browser: report, one correction, commit, result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]
WORKBOOK = Path(__file__).parents[1] / "imports" / "data" / "shangcheng-office-workbook.xlsx"


def bring(served: Served, page: Page) -> None:
    """Sign the clerk in and send the office's book; with or without scripts."""
    served.sign_in(page, served.cast.zhaofang)
    page.goto(f"{served.url}/imports")
    page.get_by_label("工作簿（.xlsx）").set_input_files(WORKBOOK)
    page.get_by_role("button", name="上传并读取").click()


def row_of(page: Page, title: str) -> Locator:
    """The card of a row that waits."""
    return page.locator("#rows section.card", has=page.get_by_role("heading", name=title))


def test_the_clerk_corrects_a_row_and_commits(
    served: Served, desktop_page: Page, check_page: Callable[[Page], None]
) -> None:
    page = desktop_page
    bring(served, page)
    expect(page.get_by_text("共导入 2132 分")).to_be_visible()
    check_page(page)
    row = row_of(page, "积分台账 第 103 行")
    row.get_by_text("改正这一行").click()
    row.get_by_label("积分", exact=True).fill("10")
    row.get_by_role("button", name="保存并重试").click()
    expect(page.get_by_text("第 103 行改好了")).to_be_visible()
    expect(row).to_have_count(0)
    page.get_by_text("写入能导入的全部内容").click()
    expect(page.get_by_text("写入后不能撤销：158 人、2142 分")).to_be_visible()
    page.get_by_role("button", name="确定写入").click()
    expect(page.get_by_text("158 人、8 块责任田、279 行台账、34 笔捐赠、10 种商品")).to_be_visible()
    check_page(page)


def test_the_report_fits_a_phone(
    served: Served, phone_page: Page, check_page: Callable[[Page], None]
) -> None:
    bring(served, phone_page)
    expect(phone_page.get_by_text("不能导入的行（8）")).to_be_visible()
    row = row_of(phone_page, "居民花名册 第 105 行")
    row.get_by_text("改正这一行").click()
    check_page(phone_page)
    served.open(phone_page, "/imports")
    expect(phone_page.get_by_text("等您核对")).to_be_visible()
    check_page(phone_page)


def test_everything_works_without_scripts(served: Served, open_page: Callable[..., Page]) -> None:
    page = open_page(scripts=False, width=1280, height=800)
    bring(served, page)
    row = row_of(page, "居民花名册 第 105 行")
    row.get_by_text("不导入这一行").first.click()
    row.get_by_role("button", name="不导入这一行").click()
    expect(page.get_by_text("不能导入的行（7）")).to_be_visible()
    page.get_by_text("写入能导入的全部内容").first.click()
    page.get_by_role("button", name="确定写入").click()
    expect(page.get_by_text("158 人、8 块责任田、278 行台账")).to_be_visible()
