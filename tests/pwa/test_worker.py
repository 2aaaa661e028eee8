"""The service worker: one visit is enough, an update waits, and what isn't the app passes by."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error, expect

from tests.pwa.conftest import DIST, MARK, needs_build, next_version, wait_for_worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.live import LiveServer

pytestmark = needs_build

STORED = """async () => {
  const names = (await caches.keys()).filter((name) => name.includes('precache'));
  const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return requests.flat().map((request) => new URL(request.url).pathname);
}"""


def first_visit(context: BrowserContext, app: LiveServer) -> Page:
    """Return the page of the first visit, once the worker has it."""
    page = context.new_page()
    page.goto(f"{app.url}/login")
    wait_for_worker(page)
    return page


def publish_next_version(app: LiveServer) -> None:
    """Replace the served app by its second version, as an upgrade of the server does."""
    served = app.data / "app"
    shutil.rmtree(served)
    next_version(DIST, served)


def look_for_update(page: Page) -> None:
    """Let the browser look for a new worker now, as it does at each visit and once an hour."""
    page.evaluate("navigator.serviceWorker.getRegistration().then((known) => known.update())")


@pytest.mark.pitfall("first visit uncontrolled by the worker")
def test_one_visit_is_enough_to_open_without_a_server(
    app: LiveServer, browse: Callable[..., BrowserContext]
) -> None:
    context = browse()
    first_visit(context, app).close()
    app.stop()
    page = context.new_page()
    page.goto(f"{app.url}/today")
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


@pytest.mark.pitfall("NavigationRoute swallows /api and downloads")
def test_what_is_not_the_app_is_left_to_the_server(
    app: LiveServer, browse: Callable[..., BrowserContext]
) -> None:
    page = first_visit(browse(), app)
    answer = page.goto(f"{app.url}/api/openapi.json")
    assert answer is not None
    assert "json" in answer.headers["content-type"]
    app.stop()
    for path in ("/api/session", "/public/huaixiang", "/export/report.pdf", "/api"):
        try:
            page.goto(app.url + path)
        except Error as error:
            assert "ERR_" in str(error)  # noqa: PT017 - the browser's own page is the wanted outcome
        else:
            raise AssertionError(path)


@pytest.mark.pitfall("update while a draft is open")
def test_an_update_waits_until_it_is_accepted(app: LiveServer, browse: Callable[..., BrowserContext]) -> None:
    page = first_visit(browse(), app)
    page.get_by_role("textbox", name="账号").fill("zhang")
    publish_next_version(app)
    look_for_update(page)
    expect(page.get_by_text("有新版本")).to_be_visible()
    expect(page.get_by_role("textbox", name="账号")).to_have_value("zhang")
    page.get_by_role("button", name="更新").click()
    page.wait_for_selector(f'meta[content="{MARK}"]', state="attached")
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    expect(page.get_by_text("有新版本")).to_have_count(0)
    assert "/assets/login-SecondOne.js" in page.evaluate(STORED)


def test_the_old_version_goes_on_offline_while_an_update_waits(
    app: LiveServer, browse: Callable[..., BrowserContext]
) -> None:
    context = browse()
    page = first_visit(context, app)
    publish_next_version(app)
    look_for_update(page)
    expect(page.get_by_text("有新版本")).to_be_visible()
    app.stop()
    again = context.new_page()
    again.goto(f"{app.url}/today")
    expect(again.get_by_role("button", name="登录")).to_be_visible()
    assert again.locator("meta[name=mark]").count() == 0


def test_another_tab_of_the_old_version_keeps_its_files(
    app: LiveServer, browse: Callable[..., BrowserContext]
) -> None:
    context = browse()
    accepting = first_visit(context, app)
    other = context.new_page()
    other.goto(f"{app.url}/nowhere")
    expect(other.get_by_role("heading", level=1)).to_have_text("没有这一页")
    publish_next_version(app)
    look_for_update(accepting)
    accepting.get_by_role("button", name="更新").click()
    accepting.wait_for_selector(f'meta[content="{MARK}"]', state="attached")
    expect(other.get_by_text("新版本已启用")).to_be_visible()
    app.stop()
    other.get_by_role("link", name="回到首页").click()
    expect(other.get_by_role("button", name="登录")).to_be_visible()


def test_put_off_an_update_is_not_offered_at_each_page(
    app: LiveServer, browse: Callable[..., BrowserContext]
) -> None:
    page = first_visit(browse(), app)
    publish_next_version(app)
    look_for_update(page)
    page.get_by_role("button", name="以后再说").click()
    expect(page.get_by_text("有新版本")).to_have_count(0)
