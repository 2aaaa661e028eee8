"""Sign-in with a password given by another, 我的 and 同步, on an account that holds no records."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from playwright.sync_api import expect

from tests.pwa.conftest import needs_build, wait_for_worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.live import LiveServer

pytestmark = needs_build

PASSPHRASE = "高山流水清风明月"  # noqa: S105 - of files that the tests throw away
OWN = "Qing-feng-72-shan"


def create_account(app: LiveServer, login: str, *place: str) -> str:
    """Create an administrator and return the password printed for him."""
    printed = app.minqing("account", "create", login, "管小明", "--role", "org_admin", *place)
    given = re.search(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){2}\b", printed)
    assert given
    return given[0]


@pytest.fixture(scope="session")
def administrator(shared_app: LiveServer) -> str:
    """Return the login of an administrator whose password is OWN; the first account of the server."""
    given = create_account(shared_app, "guan", "--new-district", "东区")
    browser = requests.Session()
    browser.headers["X-Minqing"] = "1"
    url = f"{shared_app.url}/api/session"
    browser.post(url, json={"account": "guan", "password": given}, timeout=30).raise_for_status()
    passwords = {"old_password": given, "new_password": OWN}
    browser.put(f"{url}/password", json=passwords, timeout=30).raise_for_status()
    return "guan"


@pytest.fixture
def me(shared_app: LiveServer, administrator: str, browse: Callable[..., BrowserContext]) -> Page:
    """Return 我的 of the administrator in a clean browser."""
    page = browse().new_page()
    page.goto(f"{shared_app.url}/me")
    sign_in(page, administrator, OWN)
    expect(page.get_by_role("heading", level=1)).to_have_text("我的")
    return page


def sign_in(page: Page, login: str, password: str) -> None:
    """Fill in 登录 and press its button."""
    page.get_by_role("textbox", name="账号").fill(login)
    page.get_by_role("textbox", name="密码").fill(password)
    page.get_by_role("button", name="登录").click()


def change_password(page: Page) -> None:
    """Fill in the new password, first too short, then differing, then right."""
    page.get_by_role("textbox", name="新密码").first.wait_for()  # The form is loaded when it is needed.
    new, again = page.get_by_role("textbox", name="新密码").all()
    new.fill("short")
    page.get_by_role("button", name="换密码").click()
    expect(page.get_by_text("新密码至少 8 位")).to_be_visible()
    expect(new).to_have_attribute("aria-invalid", "true")
    new.fill(OWN)
    again.fill(OWN + "x")
    page.get_by_role("button", name="换密码").click()
    expect(page.get_by_text("两次输入的新密码不一样")).to_be_visible()
    again.fill(OWN)
    page.get_by_role("button", name="换密码").click()


@pytest.mark.usefixtures("administrator")
def test_a_given_password_is_changed_before_anything_else(
    shared_app: LiveServer, browse: Callable[..., BrowserContext]
) -> None:
    given = create_account(shared_app, "xin", "--unit", "东区")
    newcomer = browse().new_page()
    newcomer.goto(f"{shared_app.url}/me")
    sign_in(newcomer, "xin", given)
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("修改密码")
    change_password(newcomer)
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("我的")
    expect(newcomer.get_by_role("heading", name="管小明")).to_be_visible()
    newcomer.goto(f"{shared_app.url}/")
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("组织")
    links = newcomer.get_by_role("navigation", name="主要栏目").get_by_role("link")
    assert [link.inner_text().strip() for link in links.all()] == ["组织", "我的"]


def test_moving_on_takes_the_focus_to_the_title(me: Page) -> None:
    me.get_by_role("main").get_by_role("link", name="同步").click()
    expect(me.get_by_role("heading", level=1)).to_have_text("同步")
    expect(me.get_by_role("heading", level=1)).to_be_focused()
    expect(me).to_have_title("同步 · 民情日记")
    me.get_by_role("link", name="返回").click()
    expect(me.get_by_role("heading", level=1)).to_have_text("我的")


def test_the_skip_link_leads_past_the_bars(me: Page) -> None:
    me.reload()
    expect(me.get_by_role("heading", level=1)).to_have_text("我的")
    me.keyboard.press("Tab")
    expect(me.get_by_role("link", name="跳到正文")).to_be_focused()
    me.keyboard.press("Enter")
    expect(me.get_by_role("main")).to_be_focused()


def test_large_text_theme_and_language_stay_after_opening_anew(me: Page) -> None:
    me.get_by_role("checkbox", name="大字版").check()
    me.get_by_role("radio", name="深色").check()
    me.get_by_role("radio", name="English").check()
    expect(me.get_by_role("heading", level=1)).to_have_text("Me")
    me.reload()
    expect(me.get_by_role("heading", level=1)).to_have_text("Me")
    root = me.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("lang", "en")
    expect(root).to_have_css("font-size", "24px")
    heights = [button.bounding_box() for button in me.get_by_role("button").all()]
    assert min(box["height"] for box in heights if box) >= 60


def test_sync_tells_its_state_and_exports(me: Page, tmp_path: Path) -> None:
    me.get_by_role("main").get_by_role("link", name="同步").click()
    expect(me.get_by_role("status")).to_contain_text("已同步")
    expect(me.get_by_text("没有待上传的内容")).to_be_visible()
    expect(me.get_by_text("持久存储")).to_be_visible()
    me.get_by_role("button", name="导出未上传数据").click()
    me.get_by_role("textbox", name="文件密码").first.wait_for()
    first, again = me.get_by_role("textbox", name="文件密码").all()
    first.fill(PASSPHRASE)
    again.fill(PASSPHRASE[:-1])
    me.get_by_role("button", name="导出文件").click()
    expect(me.get_by_text("两次输入的文件密码不一样")).to_be_visible()
    again.fill(PASSPHRASE)
    with me.expect_download() as download:
        me.get_by_role("button", name="导出文件").click()
    saved = tmp_path / "export.json"
    download.value.save_as(saved)
    assert json.loads(saved.read_text("utf-8"))["ops"] == 0


def test_offline_it_opens_with_its_state_and_says_why(shared_app: LiveServer, me: Page) -> None:
    wait_for_worker(me)
    me.context.set_offline(True)
    me.goto(f"{shared_app.url}/me/sync")
    expect(me.get_by_role("status")).to_have_text(re.compile("^离线$"))
    me.get_by_role("button", name="立即同步").click()
    expect(me.get_by_text("连上网后会自动上传").first).to_be_visible()


def test_signing_out_asks_and_leaves_nothing(me: Page) -> None:
    me.get_by_role("button", name="退出登录").click()
    dialog = me.get_by_role("dialog")
    me.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    me.get_by_role("button", name="退出登录").click()
    dialog.get_by_role("button", name="退出登录").click()
    expect(me.get_by_role("heading", level=1)).to_have_text("登录")
    me.reload()
    expect(me.get_by_role("heading", level=1)).to_have_text("登录")


def ask_for(page: Page, old: str, new: str) -> None:
    """Fill in the form that changes the password and press its button."""
    page.get_by_role("textbox", name="原密码").fill(old)
    for field in page.get_by_role("textbox", name="新密码").all():
        field.fill(new)
    page.get_by_role("button", name="换密码").click()


def test_a_wrong_old_password_is_said_at_its_field_and_a_right_one_changes_it(me: Page) -> None:
    for old, new in ((OWN, OWN + "-2"), (OWN + "-2", OWN)):
        me.get_by_text("修改密码").click()
        ask_for(me, "not this one", new)
        expect(me.get_by_role("textbox", name="原密码")).to_have_attribute("aria-invalid", "true")
        ask_for(me, old, new)
        expect(me.get_by_text("密码已修改")).to_be_visible()
        expect(me.get_by_role("button", name="换密码")).to_be_hidden()
