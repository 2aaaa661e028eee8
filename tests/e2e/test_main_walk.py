"""The main job, end to end: diaries without signal, read and returned by the supervisor."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.e2e.walking import (
    SYNC_MS,
    diary_from_a_household,
    expect_offline,
    expect_synced,
    first_page,
    go,
    look_again,
    save,
    sign_in,
    write_narrative,
)

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.e2e.conftest import OpenBrowser
    from tests.live import LiveServer

LAMP = "三楼楼道灯坏了一周,老人晚上不敢下楼。"
MEDICINE = "陪张阿姨到卫生站取药,血压平稳。"
FEES = "讲解了医保缴费的新办法,答应下周再来。"
EDITED = MEDICINE + "家里其他都好。"
COMMENT = "请写明物业怎么答复。"
CORRECTED = "三楼楼道灯坏了一周,物业答应周五前换好。"


def diary_with_a_problem(page: Page) -> None:
    """Write a diary and, without leaving the form, a problem in it."""
    diary_from_a_household(page, 0, LAMP)
    page.get_by_role("button", name="报问题").click()
    page.get_by_role("textbox", name="事项").fill("楼道灯不亮")
    page.get_by_role("combobox", name="类别").select_option(label="水电气暖")
    save(page)


def diary_from_nothing(page: Page, text: str) -> None:
    """Write a diary from 今天, with the household found by searching."""
    go(page, "今天")
    page.get_by_role("link", name="记民情").or_(page.get_by_role("button", name="记民情")).click()
    target = page.get_by_role("combobox", name="走访对象")
    target.fill("1")
    page.get_by_role("listbox").get_by_role("option").first.click()
    write_narrative(page, text)
    save(page)


def open_in_queue(desk: Page, text: str) -> None:
    """Open the diary with this text from the queue of 审阅."""
    go(desk, "审阅")
    desk.get_by_role("main").get_by_role("link").filter(has_text=text[:8]).first.click()
    expect(desk.get_by_role("main").get_by_text(text).first).to_be_visible()


def three_diaries_and_an_edit(page: Page) -> None:
    """Without signal: three diaries, one with a problem in it, and one of them edited."""
    diary_with_a_problem(page)
    diary_from_a_household(page, 1, MEDICINE)
    save(page)
    diary_from_nothing(page, FEES)
    expect_offline(page, 4)
    go(page, "住户")
    page.get_by_role("main").get_by_role("listitem").get_by_role("link").nth(1).click()
    page.get_by_role("link").filter(has_text=MEDICINE[:8]).first.click()
    write_narrative(page, EDITED)
    save(page)
    expect_offline(page, 5)


def read_one_return_one(desk: Page) -> None:
    """See all three as the supervisor, mark one 已阅, return one with a comment on a field."""
    for text in (LAMP, EDITED, FEES):
        open_in_queue(desk, text)
    desk.get_by_role("button", name="已阅", exact=True).click()
    open_in_queue(desk, LAMP)
    desk.get_by_role("button", name="退回", exact=True).click()
    desk.get_by_role("combobox", name="字段").select_option(label="情况记录")
    desk.get_by_role("textbox", name="对该项的意见").fill(COMMENT)
    desk.get_by_role("button", name="确认退回").click()
    expect(desk.get_by_role("button", name="确认退回")).to_be_hidden()
    expect_synced(desk)


def correct_what_came_back(page: Page) -> None:
    """Find the return under 今天, with the comment, and correct the diary."""
    go(page, "今天")
    look_again(page)
    returned = page.get_by_role("main").get_by_role("link").filter(has_text=COMMENT[:-1])
    expect(returned.first).to_be_visible(timeout=SYNC_MS)
    returned.first.click()
    expect(page.get_by_text(COMMENT).first).to_be_visible()
    write_narrative(page, CORRECTED)
    save(page)
    expect_synced(page)


def test_a_cadre_keeps_the_diary_without_signal_and_the_supervisor_reads_it(
    server: LiveServer, phone: OpenBrowser, desktop: BrowserContext
) -> None:
    context = phone("cadre")
    page = first_page(context)
    sign_in(page, server.url, "cadre01")
    expect(page.get_by_role("heading", name="今天", level=1)).to_be_visible()
    go(page, "住户")
    expect(page.get_by_role("searchbox", name="查找住户")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("listitem").nth(5)).to_be_visible()
    context.close()

    context = phone("cadre", offline=True)
    page = first_page(context)
    page.goto(server.url)
    expect(page.get_by_role("heading", name="今天", level=1)).to_be_visible()
    expect_offline(page, 0)
    three_diaries_and_an_edit(page)
    context.set_offline(False)
    expect_synced(page)

    desk = first_page(desktop)
    sign_in(desk, server.url, "supervisor01")
    expect(desk.get_by_role("heading", name="审阅", level=1)).to_be_visible()
    read_one_return_one(desk)
    correct_what_came_back(page)

    desk.reload()
    expect_synced(desk)
    open_in_queue(desk, "三楼楼道灯坏了一周")
    main = desk.get_by_role("main")
    expect(main.get_by_text("老人晚上不敢下楼").first).to_be_visible()
    expect(main.get_by_text("物业答应周五前换好").first).to_be_visible()


def test_typed_and_left_at_once_is_there_again(server: LiveServer, phone: OpenBrowser) -> None:
    context = phone("cadre")
    page = first_page(context)
    sign_in(page, server.url, "cadre01")
    page.goto(f"{server.url}/diary/new")
    write_narrative(page, LAMP)
    page.close()
    page = context.new_page()
    page.goto(f"{server.url}/diary/new")
    expect(page.get_by_role("textbox", name="情况记录")).to_have_value(LAMP)


def test_a_problem_typed_and_left_is_taken_up_from_today(server: LiveServer, phone: OpenBrowser) -> None:
    page = first_page(phone("cadre"))
    sign_in(page, server.url, "cadre01")
    page.goto(f"{server.url}/problems/new")
    page.get_by_role("textbox", name="事项").fill("楼道灯不亮")
    go(page, "今天")
    page.get_by_role("region", name="接着写").get_by_role("link").filter(has_text="楼道灯不亮").click()
    expect(page.get_by_role("textbox", name="事项")).to_have_value("楼道灯不亮")
    page.get_by_role("combobox", name="类别").select_option(label="水电气暖")
    save(page)
    go(page, "今天")
    expect(page.get_by_role("region", name="接着写")).to_be_hidden()
    expect_synced(page)


def test_a_server_killed_before_the_line_is_back_loses_nothing(
    server: LiveServer, phone: OpenBrowser
) -> None:
    page = first_page(phone("cadre"))
    sign_in(page, server.url, "cadre01")
    server.stop(signal.SIGKILL)
    diary_from_a_household(page, 0, LAMP)
    save(page)
    expect_offline(page, 1)
    server.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect_synced(page)
