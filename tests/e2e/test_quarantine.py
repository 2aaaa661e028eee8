"""A diary that the server couldn't take: its author corrects and sends it, its supervisor sees to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import requests
from playwright.sync_api import expect

from server.core.ids import new_id
from tests.e2e.walking import SYNC_MS, chip, expect_synced, first_page, look_again, save, sign_in
from tests.live import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.e2e.conftest import OpenBrowser
    from tests.live import LiveServer

LAMP = "三楼楼道灯坏了一周,老人晚上不敢下楼。"


def write_a_diary_of_1999(url: str) -> None:
    """Let another device of the cadre, whose clock is wrong, send a diary."""
    device = requests.Session()
    device.headers["X-Minqing"] = "1"
    signing_in = {"account": "cadre01", "password": PASSWORD}
    me = device.post(f"{url}/api/session", json=signing_in, timeout=30).json()
    diary = {
        "visit_date": "1999-12-31",
        "channel": "phone",
        "target_type": "public_place",
        "target_name": "中心广场",
        "services": ["visit"],
        "narrative": LAMP,
        "recorded_at": "2026-11-24T09:30:00.000Z",
    }
    op = {
        "op_id": new_id(),
        "n": 1,
        "prev_hash": "0" * 64,
        "type": "diary_entry",
        "rid": new_id(),
        "scope": f"grid:{me['assignment']['grid_id']}",
        "kind": "create",
        "set": diary,
        "wall": "1999-12-31T09:30:00.000Z",
        "mono": 1,
    }
    body = {"proto": 1, "schema": 1, "device": new_id(), "ops": [op], "scopes": {}}
    answer = device.post(f"{url}/api/sync", json=body, timeout=30).json()
    assert [result["status"] for result in answer["results"]] == ["quarantined"]


def test_a_refused_diary_is_corrected_and_sent_again(
    server: LiveServer, phone: OpenBrowser, desktop: BrowserContext
) -> None:
    page = first_page(phone("cadre"))
    sign_in(page, server.url, "cadre01")
    write_a_diary_of_1999(server.url)
    look_again(page)
    expect(chip(page)).to_have_text("有 1 条需要处理", timeout=SYNC_MS)
    chip(page).get_by_role("link").click()
    refused = page.get_by_role("region", name="服务器没有收下的")
    expect(refused.get_by_text("走访日期").first).to_be_visible()
    refused.get_by_text("看原内容").click()
    expect(refused.get_by_text(LAMP).last).to_be_visible()
    refused.get_by_role("button", name="改正后重发").click()
    expect(page.get_by_role("textbox", name="情况记录")).to_have_value(LAMP)
    page.get_by_label("走访日期").fill("2026-11-20")
    save(page)
    expect_synced(page)
    page.goto(f"{server.url}/me/sync")
    expect(page.get_by_role("heading", name="待上传")).to_be_visible()
    expect(refused).to_be_hidden()

    desk = first_page(desktop)
    sign_in(desk, server.url, "supervisor01")
    desk.get_by_role("link", name=re.compile("待处理（1）")).click()
    twin = desk.get_by_role("listitem").filter(has_text="走访日期")
    twin.get_by_role("textbox", name="处理说明").fill("干部已改正重发。")
    twin.get_by_role("button", name="已处理").click()
    expect(desk.get_by_text("没有待处理的内容")).to_be_visible()
    expect_synced(desk)
    desk.get_by_role("link", name="日记", exact=True).click()
    expect(desk.get_by_role("main").get_by_text(LAMP).first).to_be_visible()


def test_a_refused_diary_that_is_no_longer_needed_goes_away(server: LiveServer, phone: OpenBrowser) -> None:
    page = first_page(phone("cadre"))
    sign_in(page, server.url, "cadre01")
    write_a_diary_of_1999(server.url)
    look_again(page)
    chip(page).get_by_role("link", name="有 1 条需要处理").click()
    page.get_by_role("button", name="不再需要").click()
    page.get_by_role("dialog").get_by_role("button", name="不再需要").click()
    expect_synced(page)
    expect(page.get_by_role("region", name="服务器没有收下的")).to_be_hidden()
