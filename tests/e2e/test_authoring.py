"""问卷库: a spreadsheet is refused with each place to mend, or previewed, stored and downloaded again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, expect

from tests.e2e.conftest import PICTURES
from tests.e2e.walking import SYNC_MS, first_page, sign_in
from tests.server.forms import SURVEY, Rows, good

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.live import LiveServer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHECK_MS = 30_000  # the worker of a busy machine


@pytest.fixture
def desk(server: LiveServer, desktop: BrowserContext) -> Page:
    """Return the page of who manages questionnaires."""
    page = first_page(desktop)
    sign_in(page, server.url, "supervisor01")
    page.goto(f"{server.url}/rounds/forms")
    expect(page.get_by_role("heading", name="上传问卷")).to_be_visible(timeout=SYNC_MS)
    return page


def choose(desk: Page, content: bytes) -> None:
    """Choose the file."""
    file = FilePayload(name="需求.xlsx", mimeType=XLSX, buffer=content)
    desk.get_by_label("选择 Excel 文件").set_input_files([file])


def test_a_spreadsheet_is_checked_previewed_and_stored(desk: Page) -> None:
    bad: Rows = [SURVEY[0], ["txt", "a", "甲", ""], ["text", "姓名", "乙", "${gone} = 1"]]
    choose(desk, good(survey=bad))
    desk.get_by_role("button", name="检查并预览").click()
    found = desk.get_by_role("region", name="检查结果")
    expect(found.get_by_role("row")).to_have_count(4, timeout=CHECK_MS)
    expect(found).to_contain_text("有 3 处要改")
    expect(found.get_by_role("row").nth(2)).to_contain_text("第 3 行 name (B3)")
    expect(found).to_contain_text("xing_ming")
    content = good()
    choose(desk, content)
    desk.get_by_role("button", name="检查并预览").click()
    preview = desk.get_by_role("region", name="预览")
    expect(preview.get_by_text("您住在本社区吗?")).to_be_visible(timeout=CHECK_MS)
    expect(preview.get_by_text("住了几年?")).to_have_count(0)
    desk.screenshot(path=PICTURES / "authoring.png", full_page=True)
    preview.get_by_role("radio", name="是").check()
    expect(preview.get_by_text("住了几年?")).to_be_visible()
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(desk.get_by_text("已保存为第 1 版。")).to_be_visible(timeout=CHECK_MS)
    card = desk.get_by_role("article", name="居民需求")
    expect(card.get_by_role("link", name="下载 Excel")).to_be_visible()
    with desk.expect_download() as started:
        card.get_by_role("link", name="下载 Excel").click()
    assert started.value.path().read_bytes() == content
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(desk.get_by_role("alert")).to_contain_text("已经有这份问卷", timeout=CHECK_MS)
