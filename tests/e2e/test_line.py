"""A line that lies: whatever comes back, nothing is lost, nothing is stored twice, and it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.stored import on_server
from tests.e2e.walking import (
    SYNC_MS,
    chip,
    diary_from_a_household,
    expect_offline,
    expect_synced,
    first_page,
    look_again,
    save,
    sign_in,
)
from tests.lying import cut_off, drop_reply, half_of_gzip, html, no_line, refusal

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import OpenBrowser
    from tests.live import LiveServer
    from tests.lying import Lie, LyingProxy

LIES: dict[str, tuple[Lie, int]] = {
    "the reply is lost after storing": (drop_reply, 2),
    "the line flaps": (no_line, 3),
    "a hotel's Wi-Fi answers 200 and HTML": (html, 1),
    "the answer breaks off": (cut_off, 1),
    "half of the gzip comes as if whole": (half_of_gzip, 1),
    "a proxy says 502": (refusal(502, "bad_gateway"), 1),
    "the server is busy": (refusal(503, "database_unavailable", Retry_After="1"), 1),
    "too many requests": (refusal(429, "too_many", Retry_After="1"), 1),
}


def text() -> str:
    """Return a narrative that nobody else writes."""
    return f"楼道灯坏了,已报物业。{uuid4()}"


@pytest.fixture
def page(proxy: LyingProxy, phone: OpenBrowser) -> Page:
    """Return a phone's page behind the proxy, signed in."""
    page = first_page(phone("cadre"))
    sign_in(page, proxy.url, "cadre01")
    return page


@pytest.mark.pitfall("worker killed; reply lost after storing")
@pytest.mark.pitfall("`onLine` lies")
def test_a_lying_line_loses_nothing_and_doubles_nothing(
    shared_server: LiveServer, proxy: LyingProxy, page: Page
) -> None:
    for name, (lie, times) in LIES.items():
        written, before = text(), proxy.lied
        proxy.lie(lie, times)
        diary_from_a_household(page, 0, written)
        save(page)
        page.goto(f"{proxy.url}/me/sync")
        for _ in range(times):
            look_again(page)
        expect_synced(page)
        assert proxy.lied == before + times, name
        assert on_server(shared_server, written) == 1, name


@pytest.mark.pitfall("worker killed; reply lost after storing")
def test_the_worker_is_killed_and_the_reply_lost(
    shared_server: LiveServer, proxy: LyingProxy, page: Page
) -> None:
    written = text()
    diary_from_a_household(page, 0, written)
    proxy.lie(drop_reply)
    cdp = page.context.new_cdp_session(page)
    cdp.send("ServiceWorker.enable")
    save(page)
    cdp.send("ServiceWorker.stopAllWorkers")
    look_again(page)
    expect_synced(page)
    page.reload()
    expect_synced(page)
    assert proxy.lied == 1
    assert on_server(shared_server, written) == 1


@pytest.mark.pitfall("`onLine` lies")
def test_all_packets_lost_is_said_to_be_offline(proxy: LyingProxy, page: Page) -> None:
    diary_from_a_household(page, 0, text())
    proxy.lose_all()
    save(page)
    assert page.evaluate("navigator.onLine")
    expect_offline(page, 1)
    proxy.find_again()
    look_again(page)
    expect_synced(page)


def test_signed_out_in_the_middle_goes_on_after_signing_in(
    shared_server: LiveServer, proxy: LyingProxy, page: Page
) -> None:
    written = text()
    proxy.lie(refusal(401, "unauthenticated"))
    diary_from_a_household(page, 0, written)
    save(page)
    expect(chip(page)).to_contain_text("登录已过期 · 待上传 1 条", timeout=SYNC_MS)
    page.get_by_role("link", name="重新登录").click()
    page.get_by_role("textbox", name="密码").fill("")
    sign_in(page, f"{proxy.url}/login", "cadre01")
    expect_synced(page)
    assert on_server(shared_server, written) == 1


def test_a_batch_that_is_too_much_is_sent_in_halves(
    shared_server: LiveServer, proxy: LyingProxy, page: Page
) -> None:
    texts = [text(), text()]
    page.context.set_offline(True)
    for each in texts:
        diary_from_a_household(page, 0, each)
        save(page)
    proxy.lie(refusal(413, "too_much"))
    before = len(proxy.sent)
    page.context.set_offline(False)
    expect_synced(page)
    assert [len(request["ops"]) for request in proxy.sent[before:]][:3] == [2, 1, 1]
    assert [on_server(shared_server, each) for each in texts] == [1, 1]


@pytest.mark.pitfall("two tabs")
def test_two_tabs_send_each_op_once(shared_server: LiveServer, proxy: LyingProxy, page: Page) -> None:
    other = page.context.new_page()
    other.goto(f"{proxy.url}/households")
    expect_synced(other)
    page.context.set_offline(True)
    texts = [text(), text()]
    for tab, written in zip((page, other), texts, strict=True):
        diary_from_a_household(tab, 0, written)
        save(tab)
    page.context.set_offline(False)
    for tab in (page, other):
        look_again(tab)
        expect_synced(tab)
    sent = proxy.ops()
    assert len(sent) == len(set(sent)) == 2
    assert [on_server(shared_server, written) for written in texts] == [1, 1]
