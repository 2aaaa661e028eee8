"""What is odd about a phone is told to its person and to who looks after the community (M8, D10, L8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.stored import on_server
from tests.e2e.walking import (
    SYNC_MS,
    diary_from_a_household,
    expect_offline,
    expect_synced,
    first_page,
    save,
    sign_in,
)

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

    from tests.e2e.conftest import OpenBrowser
    from tests.live import LiveServer


def devices(desktop: BrowserContext, url: str) -> Locator:
    """Return the lines of the devices, as the administrator sees them."""
    desk = first_page(desktop)
    sign_in(desk, url, "admin")
    desk.goto(f"{url}/organisation?tab=devices")
    return desk.get_by_role("list", name="设备").get_by_role("listitem")


def written(page: Page, text: str) -> None:
    """Write a diary that arrives at the server."""
    diary_from_a_household(page, 0, text)
    save(page)
    expect_synced(page)


def test_m8_a_wrong_clock_is_told_on_both_sides(
    server: LiveServer, phone: OpenBrowser, desktop: BrowserContext
) -> None:
    context = phone("fast")
    context.clock.install(time=datetime.now(UTC) + timedelta(hours=3))
    page = first_page(context)
    sign_in(page, server.url, "cadre01")
    written(page, "时钟快了三个小时的手机写的。")
    page.goto(f"{server.url}/me/sync")
    expect(page.get_by_text("这部手机的时钟快了约 3 小时")).to_be_visible()
    expect(devices(desktop, server.url).filter(has_text="时钟快 3 小时")).to_have_count(1)


@pytest.mark.pitfall("eviction")
def test_d10_a_phone_that_its_browser_cleared_is_told(
    server: LiveServer, phone: OpenBrowser, desktop: BrowserContext
) -> None:
    context = phone("cleared")
    page = first_page(context)
    sign_in(page, server.url, "cadre01")
    written(page, "清除之前上传的。")
    context.set_offline(True)
    diary_from_a_household(page, 1, "清除之前没上传的。")
    save(page)
    expect_offline(page, 1)
    context.new_cdp_session(page).send(
        "Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": "indexeddb"}
    )
    context.set_offline(False)
    page.reload()
    expect(page.get_by_text("其中 1 条还没有上传")).to_be_visible(timeout=SYNC_MS)
    sign_in(page, f"{server.url}/login", "cadre01")
    written(page, "清除之后写的。")
    lines = devices(desktop, server.url)
    expect(lines.filter(has_text="数据被浏览器清除，当时有 1 条没上传")).to_have_count(1)
    expect(lines).to_have_count(2)


def test_l8_the_data_is_compared_and_what_differs_is_read_anew(
    server: LiveServer, phone: OpenBrowser
) -> None:
    page = first_page(phone("checked"))
    sign_in(page, server.url, "cadre01")
    written(page, "核对之前写的。")
    page.goto(f"{server.url}/me/sync")
    check = page.get_by_role("region", name="数据是否完整")
    check.get_by_role("button", name="检查数据").click()
    expect(check).to_contain_text("和服务器一致", timeout=SYNC_MS)
    page.evaluate(LOSE_A_LINE)
    check.get_by_role("button", name="检查数据").click()
    expect(check).to_contain_text("其中 1 组不一致，已经重新取回", timeout=SYNC_MS)
    page.get_by_text("最近几次同步").click()
    log = page.get_by_role("group").filter(has_text="最近几次同步").get_by_role("listitem")
    expect(log.first).to_contain_text("重新取回 1 组")
    assert on_server(server, "核对之前写的。") == 1


# A chunk of what was pulled loses its last line, as by a defect of the disk.
LOSE_A_LINE = """async () => {
  const name = (await indexedDB.databases()).map((each) => each.name).find((n) => n.startsWith('minqing:'));
  const db = await new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  await new Promise((resolve, reject) => {
    const tx = db.transaction('chunks', 'readwrite');
    const all = tx.objectStore('chunks').getAll();
    all.onsuccess = () => {
      const chunk = all.result.find(({type, text}) => type === 'household' && text.includes('\\n'));
      const text = chunk.text.slice(0, chunk.text.lastIndexOf('\\n'));
      tx.objectStore('chunks').put({...chunk, text});
    };
    tx.oncomplete = resolve;
    tx.onerror = () => reject(tx.error);
  });
  db.close();
}"""


def test_who_asks_the_browser_to_keep_the_data_hears_its_answer(
    shared_server: LiveServer, phone: OpenBrowser
) -> None:
    page = first_page(phone("asking"))
    sign_in(page, shared_server.url, "cadre01")
    page.goto(f"{shared_server.url}/me/sync")
    card = page.get_by_role("region", name="本机存储")
    page.evaluate("navigator.storage.persist = () => Promise.resolve(false)")
    card.get_by_role("button", name="请浏览器保留").click()
    expect(card).to_contain_text("浏览器这次没有答应")
    page.evaluate("navigator.storage.persist = navigator.storage.persisted = () => Promise.resolve(true)")
    card.get_by_role("button", name="请浏览器保留").click()
    expect(card.get_by_text("浏览器答应保留数据")).to_be_visible()
