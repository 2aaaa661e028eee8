"""[F1] to [F6] in real browsers: photos without signal, after the words, resumed, seen elsewhere."""

from __future__ import annotations

import os
import random
import signal
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import Error, expect

from tests.e2e.test_conflicts import report_a_problem
from tests.e2e.test_main_walk import open_in_queue
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
)

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, FilePayload, Page, Request, Route

    from tests.e2e.conftest import OpenBrowser
    from tests.live import LiveServer

LAMP = "三楼楼道灯坏了一周,老人晚上不敢下楼。"
ORIENTATION, TURNED = 0x0112, 6  # lying on its side: the phone was held upright
GPS_LATITUDE = 2
PHOTO_WAITS = "1 张照片待上传"


def camera_picture(seed: int = 1) -> FilePayload:
    """Return a large picture as a camera writes it: on its side, with place and model in its EXIF."""
    noise = random.Random(seed)  # noqa: S311 - a picture that doesn't pack well
    small = Image.frombytes("RGB", (320, 240), noise.randbytes(320 * 240 * 3))
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED
    exif[0x0110] = "SECRET-CAMERA-MODEL"
    exif.get_ifd(0x8825)[GPS_LATITUDE] = (31.0, 59.0, 0.5)
    stream = BytesIO()
    small.resize((2400, 1800), Image.Resampling.BICUBIC).save(stream, "JPEG", quality=90, exif=exif)
    assert b"SECRET-CAMERA-MODEL" in stream.getvalue()
    return {"name": "IMG_0001.JPG", "mimeType": "image/jpeg", "buffer": stream.getvalue()}


def add_photo(page: Page, picture: FilePayload) -> None:
    """Unfold 更多 and add a photo; it is kept when its thumbnail is shown."""
    page.get_by_role("button", name="更多").click()
    page.get_by_label("添加照片").set_input_files([picture])
    expect(page.get_by_role("button", name="看大图：照片 1")).to_be_visible(timeout=SYNC_MS)


def watch(context: BrowserContext, url: str) -> list[str]:
    """Return a list that grows with what is asked of the server, and of anybody else."""
    asked: list[str] = []

    def note(request: Request) -> None:
        path = request.url.removeprefix(url)
        if not request.url.startswith((url, "blob:", "data:")):
            asked.append(f"FOREIGN {request.url}")
        if path.startswith(("/api/sync", "/api/files")):
            asked.append(f"{request.method} {path.split('/')[2]}")

    context.on("request", note)
    return asked


def blobs(server: LiveServer) -> list[Path]:
    """Return the files in the server's store, the smallest first."""
    found = [path for path in (server.data / "blobs").rglob("*") if path.is_file()]
    return sorted(found, key=lambda path: path.stat().st_size)


def expect_uploaded(page: Page) -> None:
    """Wait until 同步 says that no photo waits."""
    go(page, "我的")
    page.get_by_role("main").get_by_role("link", name="同步").click()
    expect(page.get_by_role("heading", name="待上传")).to_be_visible()
    expect(page.get_by_text("张照片待上传")).to_be_hidden(timeout=SYNC_MS)


def test_f2_a_photo_taken_without_signal_follows_its_diary_and_is_seen_by_the_supervisor(
    server: LiveServer, phone: OpenBrowser, desktop: BrowserContext
) -> None:
    context = phone("cadre")
    page = first_page(context)
    sign_in(page, server.url, "cadre01")
    asked = watch(context, server.url)
    context.set_offline(True)
    diary_from_a_household(page, 0, LAMP)
    add_photo(page, camera_picture())
    page.get_by_role("button", name="看大图：照片 1").click()
    page.get_by_role("textbox", name="说明").fill("三楼楼道")
    page.keyboard.press("Escape")
    save(page)
    expect_offline(page, 1)
    go(page, "我的")
    expect(page.get_by_text(PHOTO_WAITS)).to_be_visible()
    assert blobs(server) == []

    asked.clear()
    context.set_offline(False)
    expect_uploaded(page)
    first_file = next(place for place, what in enumerate(asked) if what.endswith("files"))
    assert "POST sync" in asked[:first_file]
    assert [what for what in asked if what.startswith("FOREIGN")] == []
    thumb, photo = blobs(server)
    assert (thumb.stat().st_size <= 15_000, photo.stat().st_size <= 300_000) == (True, True)
    for path, side in ((thumb, 240), (photo, 1600)):
        content = path.read_bytes()
        assert b"Exif" not in content
        assert b"SECRET" not in content
        with Image.open(path) as stored:
            assert not stored.getexif()
            assert stored.height == side or stored.height < side
            assert stored.height > stored.width  # It was turned upright.

    desk = first_page(desktop)
    sign_in(desk, server.url, "supervisor01")
    open_in_queue(desk, LAMP)
    desk.get_by_role("button", name="三楼楼道").click()
    large = desk.get_by_role("dialog").get_by_role("img", name="三楼楼道")
    expect(large).to_be_visible(timeout=SYNC_MS)
    assert large.evaluate("image => image.decode().then(() => image.naturalHeight)") > 240
    desk.keyboard.press("Escape")
    expect(large).to_be_hidden()


def test_f6_a_photo_that_has_not_come_is_said_to_be_on_its_phone(
    server: LiveServer, phone: OpenBrowser, desktop: BrowserContext
) -> None:
    context = phone("cadre")
    page = first_page(context)
    sign_in(page, server.url, "cadre01")
    context.route("**/api/files**", lambda route: route.abort())
    diary_from_a_household(page, 0, LAMP)
    add_photo(page, camera_picture())
    save(page)
    expect_synced(page)
    go(page, "我的")
    expect(page.get_by_text(PHOTO_WAITS)).to_be_visible()
    name = page.get_by_role("main").get_by_role("heading", level=2).first.inner_text()

    desk = first_page(desktop)
    sign_in(desk, server.url, "supervisor01")
    open_in_queue(desk, LAMP)
    expect(desk.get_by_text(f"照片在{name}的手机上，尚未上传").first).to_be_visible(timeout=SYNC_MS)

    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("dialog").get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("还不能退出")).to_be_visible()


def kill(profile: Path) -> None:
    """Kill the browser on the profile as an empty battery does."""
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if f"--user-data-dir={profile}".encode() in words and b"--type=" not in b" ".join(words):
                os.kill(int(folder.name), signal.SIGKILL)


def test_f3_an_upload_goes_on_where_the_phone_was_killed(
    server: LiveServer, phone: OpenBrowser, tmp_path: Path
) -> None:
    context = phone("cadre")
    sign_in(first_page(context), server.url, "cadre01")
    context.close()  # Chromium writes its cookies down at its end, or half a minute later.
    context = phone("cadre")
    page = first_page(context)
    page.goto(server.url)
    expect_synced(page)
    parts: list[str] = []

    def hold(route: Route) -> None:
        """Let the first parts of the photo pass, and none after."""
        if route.request.method == "PATCH":
            parts.append(route.request.headers["upload-offset"])
            if len(parts) > 1:
                return
        route.continue_()

    context.route("**/api/files/uploads/*", hold)
    diary_from_a_household(page, 0, LAMP)
    add_photo(page, camera_picture())
    save(page)
    while len(parts) < 2:
        page.wait_for_timeout(100)
    kill(tmp_path / "phone-cadre")
    with suppress(Error):
        context.close()
    assert len(blobs(server)) == 1  # the thumbnail

    again = phone("cadre")
    offsets: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))

    again.on("request", note)
    page = first_page(again)
    page.goto(server.url)
    expect_uploaded(page)
    assert offsets[0] == int(parts[1])
    assert offsets[0] > 0
    assert [path.stat().st_size > 100_000 for path in blobs(server)] == [False, True]


def test_f6_a_photo_that_a_supervisor_adds_is_said_to_be_on_hers(
    server: LiveServer, phone: OpenBrowser, desktop: BrowserContext
) -> None:
    page, desk = first_page(phone("cadre")), first_page(desktop)
    sign_in(page, server.url, "cadre01")
    path = report_a_problem(page, server.url)
    sign_in(desk, server.url, "supervisor01")
    go(desk, "我的")
    name = desk.get_by_role("main").get_by_role("heading", level=2).first.inner_text()
    desktop.route("**/api/files**", lambda route: route.abort())
    desk.goto(server.url + path)
    desk.get_by_role("button", name="办理、修改").click()
    desk.get_by_label("添加照片").set_input_files([camera_picture()])
    expect(desk.get_by_role("button", name="看大图：照片 1")).to_be_visible(timeout=SYNC_MS)
    save(desk)
    expect_synced(desk)

    look_again(page)
    page.goto(server.url + path)
    expect(page.get_by_text(f"照片在{name}的手机上，尚未上传").first).to_be_visible(timeout=SYNC_MS)
