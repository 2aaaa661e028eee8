"""A phone whose disk is really full: a file system of few megabytes holds the browser's profile [D6]."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.stored import on_phone, on_server
from tests.e2e.test_photos import camera_picture
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
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Playwright

    from tests.live import LiveServer

from tests.live import open_phone

SIZE = "64m"
ROOM_FOR_WORDS = 150_000  # bytes; a photo has more than that
UMOUNT = shutil.which("umount") or "umount"
MOUNT = shutil.which("mount") or "mount"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a small file system; skipped where one may not be mounted."""
    path = tmp_path / "disk"
    path.mkdir()
    done = subprocess.run(  # noqa: S603 - our own command
        [MOUNT, "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", path], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("only root may mount a small disk")
    yield path
    subprocess.run([UMOUNT, "-l", path], check=True)  # noqa: S603 - our own command


@pytest.fixture
def page(play: Playwright, shared_server: LiveServer, disk: Path) -> Iterator[Page]:
    """Yield the page of a phone on that disk, signed in and offline."""
    context = open_phone(play, disk / "profile")
    page = first_page(context)
    sign_in(page, shared_server.url, "cadre01")
    context.set_offline(True)
    yield page
    context.close()


def fill(disk: Path, left: int) -> Path:
    """Leave so many bytes of the disk free; returns the file that holds the others."""
    found = os.statvfs(disk)
    ballast = disk / "ballast"
    with ballast.open("wb") as stream:
        stream.write(bytes(found.f_bavail * found.f_frsize - left))
    return ballast


@pytest.mark.pitfall("quota full")
def test_d6_a_full_disk_refuses_the_photo_and_keeps_the_words(
    shared_server: LiveServer, page: Page, disk: Path, tmp_path: Path
) -> None:
    text = f"小盘上写的日记。{tmp_path.name}"
    diary_from_a_household(page, 0, text)
    page.get_by_role("button", name="更多").click()
    ballast = fill(disk, ROOM_FOR_WORDS)
    page.get_by_label("添加照片").set_input_files([camera_picture()])
    expect(page.get_by_text("文字不受影响")).to_be_visible()
    save(page)
    expect_offline(page, 1)
    assert on_phone(page)[0] == [text]
    ballast.unlink()
    page.context.set_offline(False)
    expect_synced(page)
    assert on_server(shared_server, text) == 1


@pytest.mark.pitfall("quota full")
def test_d6_a_disk_without_any_room_says_so_and_loses_nothing(
    shared_server: LiveServer, page: Page, disk: Path, tmp_path: Path
) -> None:
    first, second = (f"{tmp_path.name}{word}写在小盘上。" * 100 for word in ("满之前", "满之后"))
    diary_from_a_household(page, 0, first)
    save(page)
    diary_from_a_household(page, 1, second)
    ballast = fill(disk, 0)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("请清理一些手机空间").first).to_be_visible()
    expect(page.get_by_role("textbox", name="情况记录")).to_have_value(second)
    ballast.unlink()
    save(page)
    expect_offline(page, 2)
    go(page, "今天")
    page.reload()
    assert sorted(on_phone(page)[0]) == sorted([first, second])
    page.context.set_offline(False)
    expect_synced(page)
    assert [on_server(shared_server, text) for text in (first, second)] == [1, 1]
