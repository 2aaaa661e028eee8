"""问卷管理: a round is begun, opened, counted, fed back and closed in the browser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from playwright.sync_api import FilePayload, expect

from server.core.days import today
from tests.e2e.conftest import PICTURES
from tests.e2e.test_authoring import CHECK_MS, XLSX
from tests.e2e.walking import SYNC_MS, first_page, sign_in
from tests.server.forms import good

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.live import LiveServer


def test_a_round_is_begun_opened_ended_and_closed_with_feedback(
    server: LiveServer, desktop: BrowserContext
) -> None:
    desk = first_page(desktop)
    sign_in(desk, server.url, "supervisor01")
    desk.goto(f"{server.url}/rounds/forms")
    file = FilePayload(name="需求.xlsx", mimeType=XLSX, buffer=good(settings=[["form_title"], ["电梯意见"]]))
    desk.get_by_label("选择 Excel 文件").set_input_files([file])
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(desk.get_by_text("已保存为第 1 版。")).to_be_visible(timeout=CHECK_MS)

    desk.goto(f"{server.url}/rounds")
    desk.get_by_role("button", name="发起一轮问卷").click()
    desk.get_by_role("button", name="保存草稿").click()
    expect(desk.get_by_text("请填写")).to_have_count(2)
    desk.get_by_label("问卷", exact=True).select_option("电梯意见（第 1 版）")
    desk.get_by_label("这一轮的名称").fill("电梯意见征集")
    desk.get_by_label("截止日期").fill((today() + timedelta(14)).isoformat())
    desk.screenshot(path=PICTURES / "round-new.png", full_page=True)
    desk.get_by_role("button", name="保存草稿").click()
    expect(desk.get_by_role("heading", level=1, name="电梯意见征集")).to_be_visible(timeout=SYNC_MS)

    desk.get_by_role("button", name="发布").click()
    desk.get_by_role("dialog").get_by_role("button", name="发布").click()
    expect(desk.get_by_text("进行中")).to_be_visible(timeout=SYNC_MS)
    expect(desk.get_by_role("img", name="居民自填二维码")).to_be_visible()
    expect(desk.get_by_text("还没有答卷")).to_be_visible()
    desk.screenshot(path=PICTURES / "round-open.png", full_page=True)
    desk.get_by_role("button", name="不记名答卷").click()
    expect(desk.get_by_text("结束收集以后一次统计")).to_be_visible()

    desk.get_by_role("button", name="结束收集").click()
    desk.get_by_role("dialog").get_by_role("button", name="结束收集").click()
    expect(desk.get_by_text("已结束收集，待反馈")).to_be_visible(timeout=SYNC_MS)
    desk.get_by_role("button", name="办结").click()
    expect(desk.get_by_text("须先写反馈，才能办结")).to_be_visible()
    desk.get_by_label("反馈").fill("三号楼电梯已列入计划。")
    desk.get_by_role("button", name="办结").click()
    expect(desk.get_by_text("反馈：三号楼电梯已列入计划。")).to_be_visible(timeout=SYNC_MS)
    expect(desk.get_by_text("已办结")).to_be_visible()
