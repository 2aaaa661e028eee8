"""A diary written before a contact point changed hands: taken over, or declined with a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests
from playwright.sync_api import expect

from tests.e2e.walking import (
    SYNC_MS,
    chip,
    diary_from_a_household,
    expect_synced,
    first_page,
    go,
    look_again,
    save,
    sign_in,
)
from tests.live import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.e2e.conftest import OpenBrowser
    from tests.live import LiveServer

LAMP = "三楼楼道灯坏了一周,老人晚上不敢下楼。"


def end_assignment(url: str, login: str) -> None:
    """Let the administrator end the cadre's contact point today."""
    admin = requests.Session()
    admin.headers["X-Minqing"] = "1"
    admin.post(f"{url}/api/session", json={"account": "admin", "password": PASSWORD}, timeout=30)
    accounts = admin.get(f"{url}/api/accounts", timeout=30).json()["accounts"]
    (cadre,) = [account["id"] for account in accounts if account["login"] == login]
    assignments = admin.get(f"{url}/api/assignments", timeout=30).json()["assignments"]
    (held,) = [one for one in assignments if one["cadre_id"] == cadre and not one["ended_at"]]
    end = {"to_day": held["from_day"], "reason": "轮换"}
    done = admin.post(f"{url}/api/assignments/{held['id']}/end", json=end, timeout=30)
    done.raise_for_status()


@pytest.fixture
def author(server: LiveServer, phone: OpenBrowser) -> Page:
    """Return the phone of a cadre whose diary, written without signal, came after his grid had gone."""
    context = phone("cadre")
    page = first_page(context)
    sign_in(page, server.url, "cadre01")
    context.set_offline(True)
    diary_from_a_household(page, 0, LAMP)
    save(page)
    end_assignment(server.url, "cadre01")
    context.set_offline(False)
    expect_synced(page)
    return page


def open_handovers(desktop: BrowserContext, url: str) -> Page:
    """Return the supervisor's list of handovers, with the one that waits."""
    desk = first_page(desktop)
    sign_in(desk, url, "supervisor01")
    desk.get_by_role("link", name="移交（1）").click()
    expect(desk.get_by_role("article").get_by_text(LAMP)).to_be_visible()
    return desk


def test_a_handover_is_taken_into_the_record(
    server: LiveServer, author: Page, desktop: BrowserContext
) -> None:
    desk = open_handovers(desktop, server.url)
    desk.get_by_role("button", name="接收").click()
    expect(desk.get_by_text("没有等待接收的内容")).to_be_visible()
    expect_synced(desk)
    go(desk, "审阅")
    expect(desk.get_by_role("main").get_by_text(LAMP).first).to_be_visible(timeout=SYNC_MS)

    look_again(author)
    author.goto(f"{server.url}/me/sync")
    expect(author.get_by_text("已接收，内容已放进记录")).to_be_visible(timeout=SYNC_MS)
    author.get_by_role("button", name="知道了").click()
    expect(author.get_by_text("已接收，内容已放进记录")).to_be_hidden()


def test_a_handover_is_declined_and_its_author_reads_why(
    server: LiveServer, author: Page, desktop: BrowserContext
) -> None:
    desk = open_handovers(desktop, server.url)
    desk.get_by_role("button", name="退回").click()
    desk.get_by_role("button", name="确认退回").click()
    expect(desk.get_by_text("请写明为什么退回")).to_be_visible()
    desk.get_by_role("textbox", name="退回说明").fill("这户已由新干部走访过。")
    desk.get_by_role("button", name="确认退回").click()
    expect(desk.get_by_text("没有等待接收的内容")).to_be_visible()
    expect_synced(desk)

    look_again(author)
    expect(chip(author)).to_have_text("有 1 条需要处理", timeout=SYNC_MS)
    chip(author).get_by_role("link").click()
    expect(author.get_by_text("这户已由新干部走访过。")).to_be_visible()
    author.get_by_role("button", name="知道了").click()
    expect_synced(author)
