"""What a phone can't send is carried in a file: another device of the account takes it to the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.e2e.walking import (
    diary_from_a_household,
    expect_offline,
    expect_synced,
    first_page,
    go,
    save,
    sign_in,
)

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.e2e.conftest import OpenBrowser
    from tests.live import LiveServer

LAMP = "三楼楼道灯坏了一周,老人晚上不敢下楼。"
PASSPHRASE = "高山流水清风明月"  # noqa: S105 - of files that the tests throw away


def export(page: Page, to: Path) -> None:
    """Export what is unsent, with the passphrase."""
    page.get_by_role("button", name="导出未上传数据").click()
    page.get_by_role("textbox", name="文件密码").first.wait_for()  # The form is loaded when it is needed.
    for field in page.get_by_role("textbox", name="文件密码").all():
        field.fill(PASSPHRASE)
    with page.expect_download() as download:
        page.get_by_role("button", name="导出文件").click()
    download.value.save_as(to)


def bring_in(page: Page, file: Path, passphrase: str) -> None:
    """Choose the file, give the passphrase and press 导入."""
    page.get_by_label("导出的文件").set_input_files(file)
    expect(page.get_by_text("1 条", exact=False).first).to_be_visible()
    page.get_by_role("textbox", name="文件密码").fill(passphrase)
    page.get_by_role("button", name="导入", exact=True).click()


def test_an_encrypted_export_is_taken_to_the_server_by_another_device(
    server: LiveServer, phone: OpenBrowser, tmp_path: Path
) -> None:
    context = phone("broken")
    page = first_page(context)
    sign_in(page, server.url, "cadre01")
    context.set_offline(True)
    diary_from_a_household(page, 0, LAMP)
    save(page)
    expect_offline(page, 1)
    go(page, "我的")
    page.get_by_role("main").get_by_role("link", name="同步").click()
    file = tmp_path / "carried.json"
    export(page, file)
    assert LAMP not in file.read_text("utf-8")

    other = first_page(phone("other"))
    sign_in(other, server.url, "cadre01")
    other.goto(f"{server.url}/me/sync")
    other.get_by_text("导入别的设备导出的数据").click()
    bring_in(other, file, "高山流水清风")
    expect(other.get_by_text("密码不对")).to_be_visible()
    bring_in(other, file, PASSPHRASE)
    expect(other.get_by_text("服务器新收下 1 条")).to_be_visible()
    expect_synced(other)
    bring_in(other, file, PASSPHRASE)
    expect(other.get_by_text("原来就有 1 条")).to_be_visible()

    context.set_offline(False)
    expect_synced(page)
    go(page, "住户")
    page.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    expect(page.get_by_role("link").filter(has_text=LAMP[:8])).to_have_count(1)
