"""Every page: no axe violation, every control reached by the keyboard, no foreign host asked."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import PICTURES
from tests.e2e.walking import first_page, sign_in
from tests.live import ROOT, live_server, open_desktop, open_phone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page, Playwright

    from tests.live import LiveServer

AXE = ROOT / "pwa" / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """async () => (await axe.run(document, {runOnly: {type: 'tag', values:
    ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}})).violations
    .map(({id, nodes}) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)"""
# A group of radios is one stop of the Tab key, and what is folded away is none.
CONTROLS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((node) => !node.disabled && node.tabIndex >= 0 && node.type !== 'radio'
        && node.checkVisibility() && !node.closest('[inert]')).length"""
# Tabs through the page once around, counting the controls that get the focus.
FOCUSED = """() => { const node = document.activeElement;
    if (!node || node === document.body || node.type === 'radio' || node.dataset.reached) return 0;
    if (!node.matches('a[href], button, input, select, textarea, summary')) return 0;
    node.dataset.reached = '1'; return 1; }"""
MOST_TABS = 400

LOOKS: dict[str, Callable[[Page], None]] = {
    "light": lambda page: page.emulate_media(color_scheme="light"),
    "dark": lambda page: page.emulate_media(color_scheme="dark"),
    "large": lambda page: page.evaluate("localStorage.setItem('minqing.large', '1')"),
}
PAGES = {
    "cadre01": (
        "/today",
        "/households",
        "/households/*",
        "/diary/new",
        "/diary/*",
        "/problems",
        "/problems/new",
        "/problems/*",
        "/me",
        "/me/sync",
        "/conflicts",
        "/handovers",
    ),
    "supervisor01": (
        "/review",
        "/review/*",
        "/review?tab=conflicts",
        "/review?tab=handovers",
        "/review?tab=quarantine",
        "/problems",
    ),
    "admin": (
        "/organisation?tab=accounts",
        "/organisation?tab=units",
        "/organisation?tab=assignments",
        "/organisation?tab=devices",
        "/organisation?tab=import",
        "/me",
    ),
}


@pytest.fixture(scope="module")
def server(community: Path) -> Iterator[LiveServer]:
    """Yield one server for all pages: they are only looked at."""
    with live_server(community) as running:
        yield running


@pytest.fixture(scope="module", params=["phone", "desktop"])
def browsers(
    request: pytest.FixtureRequest,
    play: Playwright,
    server: LiveServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, BrowserContext]]:
    """Yield a browser for each account, signed in, of the size of a phone or of a desktop."""
    opened = {}
    for account in PAGES:
        profile = tmp_path_factory.mktemp(f"{request.param}-{account}")
        context = open_phone(play, profile) if request.param == "phone" else open_desktop(play, profile)
        sign_in(first_page(context), server.url, account)
        opened[account] = context
    yield opened
    for context in opened.values():
        context.close()


def address(page: Page, server: LiveServer, path: str) -> str:
    """Return the address; `*` at its end stands for the first such link of the list page."""
    if not path.endswith("*"):
        return server.url + path
    stem = path.removesuffix("*")
    listed_on = "/households" if stem == "/diary/" else stem.rstrip("/")
    page.goto(server.url + listed_on)
    if stem == "/diary/":
        page.goto(server.url + "/today")
    link = page.locator(f'main a[href^="{stem}"]:not([href*="/new"])').first
    link.wait_for()
    return server.url + (link.get_attribute("href") or "")


@pytest.mark.parametrize(
    ("account", "path"), [(account, path) for account in PAGES for path in PAGES[account]]
)
def test_a_page_is_accessible_in_every_look(
    server: LiveServer,
    browsers: dict[str, BrowserContext],
    request: pytest.FixtureRequest,
    account: str,
    path: str,
) -> None:
    page = first_page(browsers[account])
    url = address(page, server, path)
    PICTURES.mkdir(parents=True, exist_ok=True)
    found = {}
    for look, put_on in LOOKS.items():
        put_on(page)
        page.goto(url)
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate(AXE.read_text("utf-8"))
        found[look] = page.evaluate(RUN_AXE)
        name = f"{request.node.callspec.id}-{look}".translate(str.maketrans("/?*=", "____"))
        page.screenshot(path=PICTURES / f"{name}.png")
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, f"{look}: {width} px wider than the screen"
    page.evaluate("localStorage.removeItem('minqing.large')")
    assert found == {look: [] for look in LOOKS}


@pytest.mark.parametrize(
    ("account", "path"), [(account, path) for account in PAGES for path in PAGES[account]]
)
def test_every_control_is_reached_by_the_keyboard(
    server: LiveServer, browsers: dict[str, BrowserContext], account: str, path: str
) -> None:
    page = first_page(browsers[account])
    page.goto(address(page, server, path))
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_load_state("networkidle")
    controls = page.evaluate(CONTROLS)
    reached = 0
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        reached += page.evaluate(FOCUSED)
        if reached >= controls:
            break
    assert controls > 0
    assert reached >= controls


def test_no_page_asks_a_foreign_host(server: LiveServer, play: Playwright, tmp_path: Path) -> None:
    context = open_phone(play, tmp_path / "profile")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = first_page(context)
    sign_in(page, server.url, "cadre01")
    for path in ("/households", "/problems", "/me/sync", "/diary/new"):
        page.goto(server.url + path)
        page.get_by_role("heading", level=1).wait_for()
    context.close()
    assert {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))} == {
        urlsplit(server.url).netloc
    }
