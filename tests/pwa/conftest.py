"""The built app, a server for it, and a second version of it."""

from __future__ import annotations

import hashlib
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.live import ACTION_MS, CHROMIUM, CHROMIUM_ARGS, ROOT, LiveServer, live_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

DIST = ROOT / "pwa" / "dist"
# Names of XML vocabularies and of documentation are no addresses that are asked.
FOREIGN = re.compile(
    r"""["'`(]https?://(?!www\.w3\.org/|openrosa\.org/|www\.opendatakit\.org/|vuejs\.org/|bit\.ly/|localhost)[^"'`)\s]+"""
)
MARK = "二号版本"

needs_build = pytest.mark.skipif(not (DIST / "index.html").exists(), reason="the app isn't built: make build")


def wait_for_worker(page: Page) -> None:
    """Wait until the page is served by the worker, which then has stored the whole app."""
    page.evaluate("""() => new Promise((resolve) => {
      if (navigator.serviceWorker.controller) resolve();
      else navigator.serviceWorker.addEventListener('controllerchange', () => resolve());
    })""")


def next_version(folder: Path, copy: Path) -> None:
    """Write a second version of the app to `copy`: another title, and 登录 in a file of another name."""
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.br", "*.gz"))
    (login,) = copy.glob("assets/login-*.js")
    renamed = "login-SecondOne.js"
    for file in [*copy.rglob("*.js"), copy / "index.html"]:
        file.write_text(file.read_text("utf-8").replace(login.name, renamed), "utf-8")
    login.rename(login.with_name(renamed))
    page = copy / "index.html"
    page.write_text(
        page.read_text("utf-8").replace("<title>", f'<meta name="mark" content="{MARK}"><title>'), "utf-8"
    )
    revision = hashlib.sha256(page.read_bytes()).hexdigest()[:16]
    worker = copy / "sw.js"
    text, changed = re.subn(
        r"""(url:\s*["'`]/index\.html["'`],\s*revision:\s*["'`])\w+""",
        rf"\g<1>{revision}",
        worker.read_text("utf-8"),
    )
    assert changed == 1
    worker.write_text(text, "utf-8")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with empty tables and a copy of the built app in `app`, to be copied."""
    data = tmp_path_factory.mktemp("prepared")
    shutil.copytree(DIST, data / "app")
    LiveServer(data).minqing("db", "upgrade")
    return data


def serving(data: Path) -> Iterator[LiveServer]:
    """Yield a server on the data folder and its copy of the app."""
    with live_server(data, MINQING_STATIC=str(data / "app")) as server:
        yield server


@pytest.fixture(scope="session")
def shared_app(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Yield a server for the tests that change nothing of it."""
    data = tmp_path_factory.mktemp("shared") / "data"
    shutil.copytree(prepared, data)
    yield from serving(data)


@pytest.fixture
def app(prepared: Path, tmp_path: Path) -> Iterator[LiveServer]:
    """Yield a server that the test may stop, and whose app it may replace."""
    shutil.copytree(prepared, tmp_path / "data")
    yield from serving(tmp_path / "data")


@pytest.fixture(scope="session")
def chromium(play: Playwright) -> Iterator[Browser]:
    """Yield a browser; `minqing.test` is this machine by a name that is no secure context."""
    others = [arg for arg in CHROMIUM_ARGS if "host-resolver-rules" not in arg]
    rule = "--host-resolver-rules=MAP minqing.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost"
    browser = play.chromium.launch(executable_path=CHROMIUM, args=[*others, rule])
    yield browser
    browser.close()


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Yield a function that opens a clean profile, with the options of Playwright's new_context."""
    opened: list[BrowserContext] = []

    def open_profile(**options: object) -> BrowserContext:
        context = chromium.new_context(locale="zh-CN", viewport={"width": 360, "height": 740}, **options)  # type: ignore[arg-type]
        context.set_default_timeout(ACTION_MS)
        opened.append(context)
        return context

    yield open_profile
    for context in opened:
        context.close()
