"""The first sync, killed at each of its pages in turn: it goes on at that page, and comes to its end."""

from __future__ import annotations

import json
import os
import shutil
import signal
from contextlib import suppress
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from playwright.sync_api import Error, expect

from tests.bench.communities import fill_up
from tests.e2e.test_kills import processes_of
from tests.e2e.walking import expect_offline, expect_synced, first_page, go
from tests.live import PASSWORD, LiveServer, live_server, open_phone
from tests.lying import lying_proxy, no_line, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Playwright

    from tests.lying import Answer, LyingProxy

HOUSEHOLDS = 2_500
# Lets so many pages be stored, and stops for good in the transaction of the next one.
HOLD = """(() => {
  let left = %d;
  let last;
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    const request = put.apply(this, given);
    if (this.name === 'chunks' && this.transaction !== last) {
      last = this.transaction;
      left -= 1;
      if (left < 0) { console.log('in a page'); for (;;); }
    }
    return request;
  };
  setInterval(() => { if (/已同步/.test(document.body.innerText)) console.log('whole'); }, 100);
})()"""


@pytest.fixture
def large_server(community: Path, tmp_path: Path) -> Iterator[LiveServer]:
    """Yield a server on which cadre01's grid is so large that its first sync takes several answers."""
    shutil.copytree(community, tmp_path / "data")
    with patch.dict(os.environ, LiveServer(tmp_path / "data").environment):
        fill_up(HOUSEHOLDS)
    with live_server(tmp_path / "data") as running:
        yield running


def sign_in_without_sync(proxy: LyingProxy, play: Playwright, profile: Path) -> None:
    """Sign in, with no sync coming through, and close the browser: it writes its cookies down then."""
    proxy.lie(no_line, times=100)
    context = open_phone(play, profile)
    page = first_page(context)
    page.goto(proxy.url)
    page.get_by_role("textbox", name="账号").fill("cadre01")
    page.get_by_role("textbox", name="密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect_offline(page, 0)
    context.close()
    proxy.lies.clear()


def is_killed_at_a_page(proxy: LyingProxy, play: Playwright, profile: Path, stored: int) -> bool:
    """Open the app and kill it after so many pages more; false when the sync ended before."""
    context = open_phone(play, profile)
    context.add_init_script(HOLD % stored)
    page = first_page(context)
    with context.expect_console_message(lambda said: said.text in {"in a page", "whole"}) as said:
        page.goto(proxy.url)
    if said.value.text == "whole":
        context.close()
        return False
    os.killpg(os.getpgid(processes_of(profile)[0]), signal.SIGKILL)
    with suppress(Error):  # It is gone already, as it should be.
        context.close()
    return True


def test_a_kill_at_any_page_of_the_first_sync_fetches_only_that_page_again(
    large_server: LiveServer, play: Playwright, tmp_path: Path
) -> None:
    fetched: list[tuple[str, int, int]] = []
    kills = 0

    def note(ask: Callable[[], Answer]) -> Answer:
        answer = ask()
        pages = json.loads(unpacked(answer))["scopes"]
        fetched.extend((page["id"], page["from"], page["to"]) for page in pages if page["entries"])
        return answer

    with lying_proxy(large_server.port) as proxy:
        sign_in_without_sync(proxy, play, tmp_path / "profile")
        proxy.lie(note, times=1000)
        # The first start is killed in its first page, each later one stores the page that was lost.
        while is_killed_at_a_page(proxy, play, tmp_path / "profile", min(kills, 1)):
            kills += 1
        context = open_phone(play, tmp_path / "profile")
        page = first_page(context)
        page.goto(proxy.url)
        expect_synced(page)
        go(page, "住户")
        expect(page.get_by_text(f"共 {HOUSEHOLDS} 户")).to_be_visible()
        context.close()
    pages = list(dict.fromkeys(fetched))
    assert kills == len(pages) > 2
    assert fetched == [each for each in pages for _ in range(2)]
    assert [start for _, start, _ in pages] == [0, *(end for *_, end in pages[:-1])]
