"""A conflict made on two phones: settled on one of them without signal, gone on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from playwright.sync_api import expect

from tests.e2e.walking import (
    SYNC_MS,
    SYNCED,
    chip,
    diary_from_a_household,
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

ONE_WAITS = "有 1 条需要处理"
LAMP = "三楼楼道灯坏了一周,老人晚上不敢下楼。"
FRIDAY = "三楼楼道灯坏了一周,物业答应周五前换好。"
LIFT = "三楼楼道灯坏了一周,电梯也停了两天。"
JOINED = "三楼楼道灯坏了一周,电梯停了两天,物业答应周五前都修好。"


def open_diary(page: Page, nth: int) -> None:
    """Open the last diary of the nth household."""
    go(page, "住户")
    page.get_by_role("main").get_by_role("listitem").get_by_role("link").nth(nth).click()
    page.get_by_role("link").filter(has_text=LAMP[:8]).first.click()


def report_a_problem(page: Page, url: str) -> str:
    """Report a problem and return the path of its page once the server has it."""
    page.goto(f"{url}/problems/new")
    page.get_by_role("textbox", name="事项").fill("楼道灯不亮")
    page.get_by_role("combobox", name="类别").select_option(label="水电气暖")
    save(page)
    expect_synced(page)
    go(page, "问题")
    link = page.get_by_role("main").get_by_role("link").filter(has_text="楼道灯不亮")
    return link.first.get_attribute("href") or ""


def change_detail(page: Page, path: str, text: str) -> None:
    """Change what is said of a problem."""
    page.goto(urljoin(page.url, path))
    page.get_by_role("button", name="办理、修改").click()
    page.get_by_role("textbox", name="详情").fill(text)
    save(page)


def edit_without_signal(context: BrowserContext, page: Page, text: str) -> None:
    """Change the narrative of the diary while there is no connection."""
    context.set_offline(True)
    open_diary(page, 0)
    write_narrative(page, text)
    save(page)


def two_phones_disagree(server: LiveServer, phone: OpenBrowser) -> tuple[BrowserContext, Page, Page]:
    """Return the later phone's browser and page, and the earlier one's, after both were synced."""
    first, second = phone("first"), phone("second")
    earlier, later = first_page(first), first_page(second)
    sign_in(earlier, server.url, "cadre01")
    diary_from_a_household(earlier, 0, LAMP)
    save(earlier)
    expect_synced(earlier)
    sign_in(later, server.url, "cadre01")
    expect_synced(later)
    for context, page, text in ((first, earlier, FRIDAY), (second, later, LIFT)):
        edit_without_signal(context, page, text)
        context.set_offline(False)
        expect(chip(page)).to_have_text(SYNCED if page is earlier else ONE_WAITS, timeout=SYNC_MS)
    return second, later, earlier


def test_a_conflict_of_two_phones_is_settled_on_one_and_gone_on_the_other(
    server: LiveServer, phone: OpenBrowser
) -> None:
    context, later, earlier = two_phones_disagree(server, phone)
    go(later, "今天")
    context.set_offline(True)
    later.get_by_role("link").filter(has_text="写得不一样").click()
    card = later.get_by_role("form", name="民情日记 · 情况记录")
    expect(card.get_by_text("物业答应周五前换好")).to_be_visible()
    expect(card.get_by_text("电梯也停了两天")).to_be_visible()
    card.get_by_role("radio", name="两份合在一起").check()
    text = card.get_by_role("textbox", name="情况记录")
    expect(text).to_have_value(f"{LIFT}\n{FRIDAY}")
    text.fill(JOINED)
    card.get_by_role("button", name="就这样处理").click()
    expect(card).to_be_hidden()
    expect(later.get_by_text("没有冲突")).to_be_visible()
    context.set_offline(False)
    expect_synced(later)

    look_again(earlier)
    go(earlier, "今天")
    expect(earlier.get_by_role("link").filter(has_text="写得不一样")).to_be_hidden(timeout=SYNC_MS)
    open_diary(earlier, 0)
    expect(earlier.get_by_role("textbox", name="情况记录")).to_have_value(JOINED)
    earlier.get_by_text("版本记录").click()
    versions = earlier.get_by_role("main").get_by_role("listitem")
    expect(versions.filter(has_text="新增")).to_have_count(1)
    expect(versions.filter(has_text="修改")).to_have_count(3)


def test_a_supervisor_settles_by_the_keyboard_what_a_cadre_wrote_otherwise(
    server: LiveServer, phone: OpenBrowser, desktop: BrowserContext
) -> None:
    context = phone("cadre")
    page, desk = first_page(context), first_page(desktop)
    sign_in(page, server.url, "cadre01")
    path = report_a_problem(page, server.url)
    sign_in(desk, server.url, "supervisor01")
    context.set_offline(True)
    change_detail(page, path, "物业说下周一换灯。")
    change_detail(desk, path, "物业说周五前换灯。")
    expect_synced(desk)
    context.set_offline(False)
    expect(chip(page)).to_have_text(ONE_WAITS, timeout=SYNC_MS)

    look_again(desk)
    desk.goto(f"{server.url}/review?tab=conflicts")
    card = desk.get_by_role("form", name="问题 · 详情")
    card.get_by_role("radio", name="目前显示的内容").focus()
    desk.keyboard.press("Space")
    desk.keyboard.press("ArrowDown")
    expect(card.get_by_role("radio", name="另一份内容")).to_be_checked()
    expect(card.get_by_text("记录改成")).to_be_visible()
    card.get_by_role("button", name="就这样处理").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("没有冲突")).to_be_visible()
    expect_synced(desk)

    look_again(page)
    page.goto(server.url + path)
    expect(page.get_by_role("main").get_by_text("物业说周五前换灯。")).to_be_visible(timeout=SYNC_MS)


def test_a_supervisor_settles_a_diary_and_the_history_names_her(
    server: LiveServer, phone: OpenBrowser, desktop: BrowserContext
) -> None:
    _, later, _ = two_phones_disagree(server, phone)
    desk = first_page(desktop)
    sign_in(desk, server.url, "supervisor01")
    go(desk, "我的")
    name = desk.get_by_role("heading", level=2).first.inner_text()
    desk.goto(f"{server.url}/review?tab=conflicts")
    card = desk.get_by_role("form", name="民情日记 · 情况记录")
    card.get_by_role("radio", name="重新写").check()
    card.get_by_role("textbox", name="情况记录").fill(JOINED)
    card.get_by_role("button", name="就这样处理").click()
    expect(desk.get_by_text("没有冲突")).to_be_visible()
    expect_synced(desk)

    look_again(later)
    expect_synced(later)
    open_diary(later, 0)
    expect(later.get_by_role("textbox", name="情况记录")).to_have_value(JOINED)
    later.get_by_text("版本记录").click()
    versions = later.get_by_role("main").get_by_role("listitem")
    expect(versions.filter(has_text=name)).to_have_count(1)
