"""组织: what an administrator does there, and that it works: the new cadre signs in with what was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.walking import SYNC_MS, first_page, sign_in
from tests.server.spreadsheets import book, row

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from tests.e2e.conftest import OpenBrowser
    from tests.live import LiveServer


@pytest.fixture
def desk(server: LiveServer, desktop: BrowserContext) -> Page:
    """Return the administrator's page."""
    page = first_page(desktop)
    sign_in(page, server.url, "admin")
    return page


def tab(page: Page, name: str) -> None:
    """Open a tab of 组织."""
    page.get_by_role("navigation", name="组织的内容").get_by_role("link", name=name).click()


def create_account(desk: Page, login: str, name: str) -> str:
    """Create a cadre and return the password shown once."""
    tab(desk, "账号")
    desk.get_by_role("button", name="新建账号").click()
    desk.get_by_role("button", name="建立账号").click()
    expect(desk.get_by_text("请填写").first).to_be_visible()
    desk.get_by_role("textbox", name="账号").fill(login)
    desk.get_by_role("textbox", name="姓名").fill(name)
    desk.get_by_role("combobox", name="单位").select_option(index=1)
    desk.get_by_role("button", name="建立账号").click()
    return shown_once(desk, name)


def shown_once(desk: Page, name: str) -> str:
    """Return the password that is shown for this person, and put it away."""
    panel = desk.get_by_role("region", name=name)
    password = panel.get_by_role("code").inner_text()
    panel.get_by_role("button", name="我已记下").click()
    expect(desk.get_by_text(password)).to_have_count(0)
    return password


def try_to_sign_in(page: Page, url: str, login: str, password: str) -> None:
    """Fill in 登录 and press its button."""
    page.goto(f"{url}/login")
    page.get_by_role("textbox", name="账号").fill(login)
    page.get_by_role("textbox", name="密码").fill(password)
    page.get_by_role("button", name="登录").click()


def test_an_account_is_created_reset_and_used(server: LiveServer, desk: Page, phone: OpenBrowser) -> None:
    first = create_account(desk, "chun", "春小梅")
    desk.get_by_role("searchbox", name="查找账号").fill("春小梅")
    desk.get_by_role("button", name="重置密码：春小梅").click()
    desk.get_by_role("dialog").get_by_role("button", name="重置密码").click()
    second = shown_once(desk, "春小梅")
    assert first != second
    page = first_page(phone("newcomer"))
    try_to_sign_in(page, server.url, "chun", first)
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不正确")
    try_to_sign_in(page, server.url, "chun", second)
    expect(page.get_by_role("heading", level=1)).to_have_text("修改密码", timeout=SYNC_MS)


def test_a_contact_point_is_ended_and_given_to_another(desk: Page) -> None:
    create_account(desk, "he", "何小舟")
    tab(desk, "联系点")
    table = desk.get_by_role("table", name="各网格的联系干部")
    end = table.get_by_role("button", name="结束").first
    grid = (end.get_attribute("aria-label") or "").split(" 在 ")[1].removesuffix(" 的联系")
    end.click()
    desk.get_by_role("textbox", name="说明").fill("轮岗")
    desk.get_by_role("form").get_by_role("button", name="结束").click()
    expect(desk.get_by_text("已保存").first).to_be_visible()
    desk.get_by_role("button", name="给 何小舟").click()
    desk.get_by_role("combobox", name="网格").select_option(label=grid)
    form = desk.get_by_role("form", name="安排联系点")
    form.get_by_role("checkbox").first.check()
    form.get_by_role("button", name="安排").click()
    expect(form).to_be_hidden()
    expect(table.get_by_role("row").filter(has_text="何小舟")).to_be_visible()


def test_a_list_with_a_bad_row_is_refused_and_taken_in_without_it(
    server: LiveServer, desk: Page, tmp_path: Path
) -> None:
    units = desk.request.get(f"{server.url}/api/units").json()["units"]
    by_id = {unit["id"]: unit for unit in units}
    estate = next(unit for unit in units if unit["kind"] == "estate")
    names = {"网格": by_id[estate["parent_id"]]["name"], "小区": estate["name"]}
    rows = [row(**names, 户号="9001"), row(**names, 户号="9002", 门牌="502", 人数="三个")]
    file = tmp_path / "list.xlsx"
    file.write_bytes(book(rows).getvalue())
    tab(desk, "导入")
    desk.get_by_role("button", name="导入", exact=True).click()
    expect(desk.get_by_text("请先选择文件")).to_be_visible()
    desk.get_by_label("Excel 文件").set_input_files(file)
    report = desk.get_by_role("region").filter(has_text="共 2 行")
    desk.get_by_role("button", name="导入", exact=True).click()
    expect(desk.get_by_role("heading", name="有行有误，没有导入任何内容")).to_be_visible()
    expect(report.get_by_role("row").filter(has_text="第 3 行")).to_contain_text("人数")
    desk.get_by_role("checkbox", name="跳过有误的行").check()
    desk.get_by_role("button", name="导入", exact=True).click()
    expect(desk.get_by_role("heading", name="导入完成")).to_be_visible()
    expect(report).to_contain_text("新增 1 户")
    expect(report).to_contain_text("有误 1 行")
