"""A household moves into another grid: each grid's phone ends with what is its own (P14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.e2e.stored import on_server
from tests.e2e.walking import (
    SYNC_MS,
    diary_from_a_household,
    expect_synced,
    first_page,
    go,
    look_again,
    save,
    sign_in,
)

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.e2e.conftest import OpenBrowser
    from tests.live import LiveServer

MISSING = "本机没有这户的资料"


def grid_of(page: Page) -> str:
    """Return the name of the grid of the page's cadre."""
    go(page, "我的")
    point = page.get_by_role("main").get_by_role("definition").filter(has_text="网格").last
    return point.inner_text().split(" · ")[0]


def test_p14_both_phones_end_right_and_what_was_unsent_is_kept(
    server: LiveServer, phone: OpenBrowser, desktop: BrowserContext
) -> None:
    contexts = [phone("old"), phone("new")]
    old, new = map(first_page, contexts)
    sign_in(old, server.url, "cadre01")
    sign_in(new, server.url, "cadre02")
    target = grid_of(new)
    contexts[0].set_offline(True)
    diary_from_a_household(old, 0, "搬走之前走访的。")
    save(old)
    path = old.url.removeprefix(server.url)

    desk = first_page(desktop)
    sign_in(desk, server.url, "supervisor01")
    desk.goto(server.url + path)
    desk.get_by_role("button", name="移到别的网格").click()
    form = desk.get_by_role("form", name="移到别的网格")
    form.get_by_role("combobox", name="移到").select_option(label=target)
    form.get_by_role("button", name="移动").click()
    expect(desk.get_by_text("已移动")).to_be_visible()

    contexts[0].set_offline(False)
    expect_synced(old)
    assert on_server(server, "搬走之前走访的。") == 1
    old.goto(server.url + path)
    expect(old.get_by_text(MISSING)).to_be_visible(timeout=SYNC_MS)
    look_again(new)
    expect_synced(new)
    new.goto(server.url + path)
    expect(new.get_by_role("link", name="记民情")).to_be_visible(timeout=SYNC_MS)
    new.get_by_role("link", name="记民情").click()
    new.get_by_role("textbox", name="情况记录").fill("搬来之后走访的。")
    save(new)
    expect_synced(new)
    assert on_server(server, "搬来之后走访的。") == 1
