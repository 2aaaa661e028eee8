"""Killed at the worst moment: what was said to be saved is saved, and the rest is still a draft."""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error, expect

from tests.e2e.stored import on_phone, on_server
from tests.e2e.walking import diary_from_a_household, expect_synced, first_page, save, sign_in
from tests.live import CHROMIUM, open_phone

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

    from tests.e2e.conftest import OpenBrowser
    from tests.live import LiveServer

ROUNDS = 20
# Resolves with the frame of the DOM in which the toast stands, not with a later look at it.
SAVE_AND_SEE = """() => new Promise((resolve) => {
  new MutationObserver(() => { if (document.body.innerText.includes('已保存在本机')) resolve(true); })
    .observe(document.body, {childList: true, subtree: true, characterData: true});
  [...document.querySelectorAll('button')].find((each) => each.innerText.trim() === '保存').click();
})"""
# Stops the page for good in the transaction that writes an op.
HOLD = """() => {
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (...given) {
    const request = add.apply(this, given);
    if (this.name === 'ops') { console.log('in the transaction'); for (;;); }
    return request;
  };
}"""
RELAXED = """() => new Promise((resolve, reject) => {
  const open = indexedDB.open('measure');
  open.onupgradeneeded = () => open.result.createObjectStore('rows');
  open.onsuccess = () => {
    const tx = open.result.transaction('rows', 'readwrite', {durability: 'relaxed'});
    tx.objectStore('rows').put('x'.repeat(1000), 1);
    tx.oncomplete = () => resolve(true);
    tx.onerror = () => reject(tx.error);
  };
})"""


def processes_of(profile: Path) -> list[int]:
    """Return the processes of the browser on this profile, its own process first."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in command.split(b"\0"):
            found.append(int(entry.name))
    return sorted(found)


def renderers_of(profile: Path) -> list[int]:
    """Return the renderers of the browser on this profile: they share its process group."""
    group = os.getpgid(processes_of(profile)[0])
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if os.getpgid(int(entry.name)) != group:
                continue
            if b"--type=renderer" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except (OSError, ValueError):
            continue
    return found


@pytest.mark.pitfall('"saved" shown before commit')
def test_killed_at_the_toast_twenty_times_it_loses_nothing(
    shared_server: LiveServer, play: Playwright, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    context = open_phone(play, profile)
    sign_in(first_page(context), shared_server.url, "cadre01")
    context.close()
    texts = [f"第 {number} 次走访,家里都好。{tmp_path.name}" for number in range(ROUNDS)]
    for text in texts:
        context = open_phone(play, profile, offline=True)
        page = first_page(context)
        page.goto(f"{shared_server.url}/households")
        diary_from_a_household(page, 0, text)
        page.evaluate(SAVE_AND_SEE)
        os.killpg(os.getpgid(processes_of(profile)[0]), signal.SIGKILL)
        with suppress(Error):  # It is gone already, as it should be.
            context.close()
    context = open_phone(play, profile, offline=True)
    page = first_page(context)
    page.goto(shared_server.url)
    assert on_phone(page) == (texts, [])
    context.set_offline(False)
    expect_synced(page)
    context.close()
    assert [on_server(shared_server, text) for text in texts] == [1] * ROUNDS


@pytest.mark.pitfall("partial write")
def test_a_page_killed_in_the_transaction_leaves_the_draft_whole(
    shared_server: LiveServer, phone: OpenBrowser, tmp_path: Path
) -> None:
    context = phone("cadre")
    page = first_page(context)
    sign_in(page, shared_server.url, "cadre01")
    text = f"陪老人到卫生站取药。{tmp_path.name}"
    diary_from_a_household(page, 0, text)
    expect(page.get_by_text("草稿已自动存在本机").first).to_be_visible()
    page.evaluate(HOLD)
    with page.expect_console_message(lambda message: message.text == "in the transaction"):
        page.evaluate("""() => { setTimeout(() => [...document.querySelectorAll('button')]
            .find((each) => each.innerText.trim() === '保存').click()); }""")
    with page.expect_event("crash"):
        for renderer in renderers_of(tmp_path / "phone-cadre"):
            os.kill(renderer, signal.SIGKILL)
    context.close()
    again = first_page(phone("cadre"))
    again.goto(shared_server.url)
    expect(again.get_by_role("region", name="接着写")).to_be_visible()
    assert on_phone(again) == ([], [text])
    again.get_by_role("region", name="接着写").get_by_role("link").filter(has_text=text[:6]).click()
    expect(again.get_by_role("textbox", name="情况记录")).to_have_value(text)
    save(again)
    expect_synced(again)
    assert on_server(shared_server, text) == 1


def traced(folder: Path) -> tuple[Path, Path]:
    """Return a program that starts chromium under strace, and the file of its fsyncs."""
    folder.mkdir(parents=True)
    program, log = folder / "chromium", folder / "fsyncs"
    strace = f"strace -f -qq -y --seccomp-bpf -e trace=fsync,fdatasync -e signal=none -o '{log}'"
    program.write_text(f'#!/bin/sh\nexec {strace} {CHROMIUM} "$@"\n', "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program, log


def synced_files(log: Path) -> int:
    """Return how many times a file of IndexedDB was brought to the disk."""
    return len(re.findall(r"f(?:data)?sync\([^\n]*IndexedDB", log.read_text("utf-8", "replace")))


@pytest.mark.pitfall("relaxed durability")
@pytest.mark.skipif(shutil.which("strace") is None, reason="needs Debian's strace")
def test_a_save_reaches_the_disk(
    shared_server: LiveServer, play: Playwright, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, log = traced(tmp_path / "traced")
    monkeypatch.setattr("tests.live.CHROMIUM", str(program))
    context = open_phone(play, tmp_path / "profile")
    page = first_page(context)
    sign_in(page, shared_server.url, "cadre01")
    context.set_offline(True)
    page.evaluate(RELAXED)  # Makes its database: that is brought to the disk.
    before = synced_files(log)
    for _ in range(5):
        page.evaluate(RELAXED)
    assert synced_files(log) == before  # So the count tells strict from relaxed.
    diary_from_a_household(page, 0, "陪老人到卫生站取药。")
    page.wait_for_timeout(1_000)  # The draft is stored.
    before = synced_files(log)
    save(page)
    assert synced_files(log) > before
    context.close()
