"""The community, the server and the browsers of the end-to-end tests."""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

import pytest
from playwright.sync_api import Error

from tests.live import CHROMIUM, CHROMIUM_ARGS, ROOT, LiveServer, live_server, open_desktop, open_phone
from tests.lying import LyingProxy, lying_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Playwright

GRIDS = 2
PICTURES = ROOT / "var" / "e2e"


class OpenBrowser(Protocol):
    """Opens a browser on the profile of that name; the same name again finds its data."""

    def __call__(self, name: str, *, offline: bool = False) -> BrowserContext:
        """Return the browser."""


@pytest.fixture(scope="session")
def community(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with a small demo community, to be copied."""
    data = tmp_path_factory.mktemp("community")
    LiveServer(data).minqing("demo", "--grids", str(GRIDS))
    return data


@pytest.fixture
def server(community: Path, tmp_path: Path) -> Iterator[LiveServer]:
    """Yield a running server on a copy of the demo community of its own."""
    shutil.copytree(community, tmp_path / "data")
    with live_server(tmp_path / "data") as running:
        yield running


@pytest.fixture(scope="session")
def shared_server(community: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Yield one server for the tests that leave it running and look at what they wrote only."""
    data = tmp_path_factory.mktemp("shared-server") / "data"
    shutil.copytree(community, data)
    with live_server(data) as running:
        yield running


@pytest.fixture
def proxy(shared_server: LiveServer) -> Iterator[LyingProxy]:
    """Yield a proxy before the shared server that can lie."""
    with lying_proxy(shared_server.port) as running:
        yield running


@pytest.fixture(scope="session")
def plain_browser(play: Playwright) -> Iterator[Browser]:
    """Yield a browser for clean profiles."""
    browser = play.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
    yield browser
    browser.close()


def keep_picture(context: BrowserContext, name: str, request: pytest.FixtureRequest) -> None:
    """Keep what the browser shows, as a picture and as names, in var/e2e for who wonders why."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with suppress(Error, IndexError):  # The test may have closed it.
        page = context.pages[-1]
        stem = f"{request.node.name[:60]}-{name}"
        page.screenshot(path=PICTURES / f"{stem}.png", full_page=True)
        (PICTURES / f"{stem}.txt").write_text(page.locator("body").aria_snapshot(), "utf-8")


@pytest.fixture
def phone(play: Playwright, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OpenBrowser]:
    """Yield a function that opens a phone's browser; all are closed at the end."""
    opened: list[BrowserContext] = []

    def open_named(name: str, *, offline: bool = False) -> BrowserContext:
        context = open_phone(play, tmp_path / f"phone-{name}", offline=offline)
        opened.append(context)
        return context

    yield open_named
    for number, context in enumerate(opened):
        keep_picture(context, f"phone-{number}", request)
        context.close()


@pytest.fixture
def desktop(play: Playwright, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Yield a desktop's browser."""
    context = open_desktop(play, tmp_path / "desktop")
    yield context
    keep_picture(context, "desktop", request)
    context.close()
