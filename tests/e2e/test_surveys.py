"""A round from its opening to its feedback: at the door without signal, by QR code, named and anonymous."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from playwright.sync_api import expect

from server.core.days import today
from tests.e2e.walking import SYNC_MS, expect_offline, expect_synced, first_page, go, look_again, sign_in

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from tests.e2e.conftest import OpenBrowser
    from tests.live import LiveServer

HEADERS = {"X-Minqing": "1"}
TITLE = "社区服务问卷"
SHEETS: dict[str, list[tuple[str, ...]]] = {
    "survey": [
        ("type", "name", "label", "required"),
        ("select_one yn", "satisfied", "您对社区服务满意吗", "yes"),
        ("text", "wish", "您的建议", ""),
    ],
    "choices": [("list_name", "name", "label"), ("yn", "yes", "满意"), ("yn", "no", "不满意")],
    "settings": [("form_title", "form_id"), (TITLE, "community")],
}
FEEDBACK = "路灯已报修，本周内换好。"


def workbook() -> bytes:
    """Return a small questionnaire as XLSForm."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def ask(desk: Page, server: LiveServer, method: str, path: str, **options: Any) -> Any:  # noqa: ANN401
    """Return the JSON answer to the supervisor's request."""
    answer = desk.request.fetch(f"{server.url}{path}", method=method, headers=HEADERS, **options)
    assert answer.ok, answer.text()
    return answer.json()


def open_round(desk: Page, server: LiveServer) -> dict[str, Any]:
    """Return a new open round, in which the respondent chooses."""
    file = {"name": "问卷.xlsx", "mimeType": "application/octet-stream", "buffer": workbook()}
    ask(desk, server, "POST", "/api/questionnaires", multipart={"file": file})
    (one,) = ask(desk, server, "GET", "/api/questionnaires")
    body = {
        "version_id": one["versions"][0]["id"],
        "title": TITLE,
        "mode": "respondent_chooses",
        "opens": str(today()),
        "closes": str(today() + timedelta(9)),
        "consent": "结果只用于改进社区服务。",
    }
    made = ask(desk, server, "POST", "/api/rounds", data=body)
    found: dict[str, Any] = ask(desk, server, "POST", f"/api/rounds/{made['id']}/open")
    return found


def begin(page: Page, way: str) -> None:
    """Read the notice, and choose."""
    page.get_by_role("radio", name=re.compile(f"^{way}")).check()
    page.get_by_role("button", name="同意，开始填写").click()


def fill(page: Page, wish: str) -> None:
    """Answer both questions."""
    page.get_by_role("radio", name="满意", exact=True).check()
    page.get_by_role("textbox", name="您的建议").fill(wish)


def submit(page: Page) -> None:
    """Press 提交."""
    page.get_by_role("button", name="提交", exact=True).click()


def named(page: Page) -> None:
    """Fill in one named questionnaire."""
    begin(page, "记名：")
    fill(page, "楼道装扶手")
    submit(page)
    page.get_by_role("textbox", name="姓名").fill("王芳")
    page.get_by_role("checkbox", name="希望得到答复").check()
    submit(page)
    expect(page.get_by_text("已提交，谢谢")).to_be_visible()


def anonymous(page: Page, wish: str) -> None:
    """Fill in one anonymous questionnaire."""
    page.get_by_role("button", name="再填一份").click()
    begin(page, "不记名：")
    fill(page, wish)
    submit(page)
    expect(page.get_by_text("已提交，谢谢")).to_be_visible()


def stored(page: Page, store: str) -> str:
    """Return what the phone's database holds in the store, as text."""
    return str(
        page.evaluate(
            """(store) => new Promise((resolve, reject) => {
              const open = indexedDB.open('minqing');
              open.onerror = reject;
              open.onsuccess = () => {
                const all = open.result.transaction(store).objectStore(store).getAll();
                all.onsuccess = () => { open.result.close(); resolve(JSON.stringify(all.result)); };
              };
            })""",
            store,
        )
    )


def test_a_round_at_the_door_by_code_and_back_to_the_residents(
    server: LiveServer, phone: OpenBrowser, desktop: BrowserContext, tmp_path: Path
) -> None:
    desk = first_page(desktop)
    sign_in(desk, server.url, "supervisor01")
    made = open_round(desk, server)
    context = phone("cadre")
    page = first_page(context)
    sign_in(page, server.url, "cadre01")
    go(page, "问卷")
    expect(page.get_by_role("link", name=TITLE)).to_be_visible(timeout=SYNC_MS)
    page.wait_for_function(HAS_FORM)
    context.set_offline(True)
    expect_offline(page, 0)
    page.get_by_role("link", name=TITLE).click()
    named(page)
    expect_offline(page, 1)
    anonymous(page, "增设停车位")
    half_way(page)
    context.close()
    context = phone("cadre", offline=True)
    page = first_page(context)
    page.goto(f"{server.url}/surveys")
    page.get_by_role("link", name="继续填写").click()
    expect(page.get_by_role("textbox", name="您的建议")).to_have_value("修好电梯")
    submit(page)
    expect(page.get_by_text("已提交，谢谢")).to_be_visible()
    anonymous(page, "增加健身器材")
    for wish in ("停车位", "电梯", "健身器材"):
        assert wish not in stored(page, "fillings") + stored(page, "sealed"), "nobody opens it again"
    assert stored(page, "sealed").count('"key"') == 3
    context.set_offline(False)
    look_again(page)
    expect_synced(page)
    counts = ask(desk, server, "GET", f"/api/rounds/{made['id']}")["counts"]
    assert counts == {"named": 1, "late": 0, "opened": 0, "waiting": 0}
    resident_by_code(server, phone, made["code"])
    close(desk, server, made["id"])
    look_again(page)
    go(page, "问卷")
    expect(page.get_by_text(FEEDBACK)).to_be_visible(timeout=SYNC_MS)
    shots(page, tmp_path)


HAS_FORM = """() => new Promise((resolve) => {
  const open = indexedDB.open('minqing');
  open.onsuccess = () => {
    const count = open.result.transaction('forms').objectStore('forms').count();
    count.onsuccess = () => { open.result.close(); resolve(count.result === 1); };
  };
})"""


def half_way(page: Page) -> None:
    """Begin one more, and let the phone die in the midst of it."""
    page.get_by_role("button", name="再填一份").click()
    begin(page, "不记名：")
    fill(page, "修好电梯")
    page.wait_for_timeout(600)  # what is promised is half a second


def resident_by_code(server: LiveServer, phone: OpenBrowser, code: str) -> None:
    """Answer on the resident's own phone, without an account; it works on after the signal is gone."""
    context = phone("resident")
    own = first_page(context)
    own.goto(f"{server.url}/s/{code}")
    expect(own.get_by_text("结果只用于改进社区服务。")).to_be_visible(timeout=SYNC_MS)
    own.evaluate("navigator.serviceWorker.ready.then(() => true)")
    own.wait_for_function(HAS_FORM)
    context.set_offline(True)
    own.reload()
    expect(own.get_by_text("谁填的不留下任何记录").or_(own.get_by_text("提交后答卷就地封好"))).to_be_visible()
    own.get_by_role("button", name="同意，开始填写").click()
    fill(own, "多办讲座")
    submit(own)
    expect(own.get_by_text("已提交，谢谢")).to_be_visible()
    assert stored(own, "sealed").count('"key"') == 1


def close(desk: Page, server: LiveServer, round_id: str) -> None:
    """End the round and publish its feedback."""
    path = f"/api/rounds/{round_id}"
    assert ask(desk, server, "POST", f"{path}/collect", data={})["state"] == "collected"
    assert ask(desk, server, "POST", f"{path}/close", data={"feedback": FEEDBACK})["state"] == "closed"


def shots(page: Page, folder: Path) -> None:
    """Keep a picture of the page."""
    page.screenshot(path=folder / "surveys.png", full_page=True)


def test_a_lent_phone_shows_the_questionnaire_alone(
    server: LiveServer, phone: OpenBrowser, desktop: BrowserContext
) -> None:
    desk = first_page(desktop)
    sign_in(desk, server.url, "supervisor01")
    open_round(desk, server)
    page = first_page(phone("cadre"))
    sign_in(page, server.url, "cadre01")
    go(page, "问卷")
    page.get_by_role("link", name=TITLE).click(timeout=SYNC_MS)
    page.get_by_role("button", name="交给居民填写").click()
    page.get_by_label("解锁码").fill("2468")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_role("navigation")).to_have_count(0)
    page.goto(f"{server.url}/households")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    page.get_by_role("button", name="收回手机").click()
    page.get_by_label("解锁码").fill("1357")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("解锁码不对")).to_be_visible(timeout=SYNC_MS)
    page.get_by_label("解锁码").fill("2468")
    page.get_by_role("button", name="确定").click()
    go(page, "住户")
    expect(page.get_by_role("heading", level=1)).to_have_text("住户")
