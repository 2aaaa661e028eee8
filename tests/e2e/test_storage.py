"""The phone's storage: lost, full, cleared, taken over by a newer tab, and wiped when signing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.stored import on_phone, on_server
from tests.e2e.test_photos import camera_picture
from tests.e2e.walking import (
    SYNC_MS,
    diary_from_a_household,
    expect_offline,
    expect_synced,
    first_page,
    go,
    save,
    sign_in,
)

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.e2e.conftest import OpenBrowser
    from tests.live import LiveServer

# Every connection that the page opens can be closed under it.
KEEP_CONNECTIONS = """() => {
  const open = IDBFactory.prototype.open;
  window.connections = [];
  IDBFactory.prototype.open = function (...given) {
    const request = open.apply(this, given);
    request.addEventListener('success', () => window.connections.push(request.result));
    return request;
  };
}"""
HELD = """async () => ({
  databases: (await indexedDB.databases()).map((each) => each.name).filter((n) => n.startsWith('minqing:')),
  caches: (await caches.keys()).filter((name) => !name.includes('precache')),
  cookies: document.cookie,
})"""
OPEN_NEWER = """async () => {
  const name = (await indexedDB.databases()).map((each) => each.name).find((n) => n.startsWith('minqing:'));
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1000);
    request.onsuccess = () => { request.result.close(); resolve('upgraded'); };
    request.onblocked = () => resolve('blocked');
    request.onerror = () => reject(request.error);
  });
}"""
FULL = 1_000
CACHED_MS = 31_000  # Chromium believes for half a minute in the free room it has measured.


@pytest.fixture
def page(shared_server: LiveServer, phone: OpenBrowser) -> Page:
    """Return a phone's page, signed in."""
    context = phone("cadre")
    context.add_init_script(f"({KEEP_CONNECTIONS})()")
    page = first_page(context)
    sign_in(page, shared_server.url, "cadre01")
    return page


@pytest.mark.pitfall("connection lost")
def test_a_lost_connection_is_opened_again_and_the_draft_kept(
    shared_server: LiveServer, page: Page, tmp_path: Path
) -> None:
    text = f"讲解了医保缴费的新办法。{tmp_path.name}"
    diary_from_a_household(page, 0, text)
    assert page.evaluate("connections.filter((each) => each.close() ?? true).length") > 0
    page.get_by_role("textbox", name="情况记录").press("End")
    page.get_by_role("textbox", name="情况记录").press_sequentially("好")
    page.evaluate("connections.forEach((each) => each.close())")
    save(page)
    expect_synced(page)
    assert on_server(shared_server, text + "好") == 1


@pytest.mark.pitfall("quota full")
def test_a_full_phone_says_so_keeps_the_words_and_what_was_saved(
    shared_server: LiveServer, page: Page, tmp_path: Path
) -> None:
    page.context.set_offline(True)
    first, second = (f"{word}上门看望。{tmp_path.name}" for word in ("上午", "下午"))
    diary_from_a_household(page, 0, first)
    save(page)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": shared_server.url, "quotaSize": FULL})
    page.wait_for_timeout(CACHED_MS)
    diary_from_a_household(page, 1, second)
    page.get_by_role("button", name="更多").click()
    page.get_by_label("添加照片").set_input_files([camera_picture()])
    expect(page.get_by_text("手机空间不足，照片没有保存；文字不受影响")).to_be_visible()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("请清理一些手机空间").first).to_be_visible()
    expect(page.get_by_role("textbox", name="情况记录")).to_have_value(second)
    assert on_phone(page)[0] == [first]
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": shared_server.url})
    save(page)
    expect_offline(page, 2)
    page.context.set_offline(False)
    expect_synced(page)
    assert [on_server(shared_server, text) for text in (first, second)] == [1, 1]


@pytest.mark.pitfall("eviction")
def test_a_cleared_origin_is_noticed(shared_server: LiveServer, page: Page) -> None:
    cdp = page.context.new_cdp_session(page)
    cdp.send(
        "Storage.clearDataForOrigin", {"origin": shared_server.url, "storageTypes": "indexeddb,cache_storage"}
    )
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录", timeout=SYNC_MS)
    sign_in(page, f"{shared_server.url}/login", "cadre01")
    go(page, "住户")
    expect(page.get_by_role("main").get_by_role("listitem").nth(5)).to_be_visible()


@pytest.mark.pitfall("update while a draft is open")
def test_an_old_tab_gives_way_to_a_newer_database(
    shared_server: LiveServer, page: Page, tmp_path: Path
) -> None:
    text = f"下周再来看望。{tmp_path.name}"
    diary_from_a_household(page, 0, text)
    page.wait_for_timeout(1_000)  # The draft is stored.
    newer = page.context.new_page()
    newer.goto(f"{shared_server.url}/icon.svg")
    assert newer.evaluate(OPEN_NEWER) == "upgraded"
    expect(page.get_by_role("textbox", name="情况记录")).to_have_value(text)
    assert on_phone(newer) == ([], [text])


@pytest.mark.pitfall("shared phone")
def test_signing_out_is_refused_while_unsent_and_then_leaves_nothing(page: Page, tmp_path: Path) -> None:
    page.context.set_offline(True)
    diary_from_a_household(page, 0, f"登记了门牌。{tmp_path.name}")
    save(page)
    go(page, "我的")
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("还不能退出：有 1 条内容只在这部手机上")).to_be_visible()
    assert page.evaluate(HELD)["databases"] != []
    page.context.set_offline(False)
    expect_synced(page)
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("dialog").get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    assert page.evaluate(HELD) == {"databases": [], "caches": [], "cookies": ""}
    assert [cookie for cookie in page.context.cookies() if cookie["value"]] == []


@pytest.mark.pitfall("IME composition")
def test_neither_search_nor_save_happens_in_the_middle_of_a_word(page: Page) -> None:
    go(page, "住户")
    households = page.get_by_role("main").get_by_role("listitem")
    expect(households.nth(5)).to_be_visible()
    all_of_them = households.count()
    page.get_by_role("searchbox", name="查找住户").focus()
    cdp = page.context.new_cdp_session(page)
    word = {"text": "zhangzz", "selectionStart": 7, "selectionEnd": 7}
    cdp.send("Input.imeSetComposition", word)
    expect(page.get_by_role("searchbox", name="查找住户")).to_have_value("zhangzz")
    page.wait_for_timeout(500)
    assert households.count() == all_of_them
    cdp.send("Input.insertText", {"text": "没有这样的人"})
    expect(households).to_have_count(0)
    page.get_by_role("searchbox", name="查找住户").fill("")
    expect(households).to_have_count(all_of_them)
    households.get_by_role("link").first.click()
    page.get_by_role("link", name="记民情").or_(page.get_by_role("button", name="记民情")).click()
    field = page.get_by_role("textbox", name="情况记录")
    field.fill("好")
    field.focus()
    cdp.send("Input.imeSetComposition", word)
    page.keyboard.press("Enter")
    expect(field).to_be_visible()
    assert on_phone(page)[0] == []
