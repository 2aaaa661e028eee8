"""The steps people take in the app, by role and accessible name only (never by CSS)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.live import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

SYNCED = re.compile(r"已同步 \d\d:\d\d")
SYNC_MS = 30_000


def first_page(context: BrowserContext) -> Page:
    """Return the page that a persistent context opens with."""
    return context.pages[0] if context.pages else context.new_page()


def sign_in(page: Page, url: str, account: str, sync_ms: int = SYNC_MS) -> None:
    """Open the app and sign in; the page stays where the account's work begins."""
    page.goto(url)
    page.get_by_role("textbox", name="账号").fill(account)
    page.get_by_role("textbox", name="密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("登录", timeout=SYNC_MS)
    expect_synced(page, sync_ms)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def chip(page: Page) -> Locator:
    """Return the header's sync state."""
    return page.get_by_role("banner").get_by_role("status")


def expect_synced(page: Page, sync_ms: int = SYNC_MS) -> None:
    """Wait until the sync state says 已同步 HH:MM."""
    expect(chip(page)).to_have_text(SYNCED, timeout=sync_ms)


def expect_offline(page: Page, waiting: int) -> None:
    """Wait until the sync state says that so many entries wait for the line."""
    text = f"离线 · 待上传 {waiting} 条" if waiting else "离线"
    expect(chip(page)).to_have_text(text, timeout=SYNC_MS)


def go(page: Page, name: str) -> None:
    """Follow the link of that name in the navigation."""
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()


def write_narrative(page: Page, text: str) -> None:
    """Fill 情况记录."""
    page.get_by_role("textbox", name="情况记录").fill(text)


def save(page: Page) -> None:
    """Press 保存 and see that it is kept on this phone."""
    button = page.get_by_role("button", name="保存", exact=True)
    button.click()
    expect(button).to_be_hidden()  # The form is left once the save is durable.
    expect(page.get_by_text("已保存在本机").first).to_be_visible()


def diary_from_a_household(page: Page, nth: int, text: str) -> None:
    """Write a diary from the page of the nth household of the list, up to 保存."""
    go(page, "住户")
    page.get_by_role("main").get_by_role("listitem").get_by_role("link").nth(nth).click()
    page.get_by_role("link", name="记民情").or_(page.get_by_role("button", name="记民情")).click()
    write_narrative(page, text)


def look_again(page: Page) -> None:
    """Come back to the page, which then syncs."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
