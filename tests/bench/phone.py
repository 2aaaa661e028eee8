"""What the app costs a slow phone: CPU of the main thread as a ratio to a bare page, and waits."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.bench.communities import one_grid
from tests.bench.table import Row, p50, p95
from tests.e2e.walking import first_page, go, sign_in
from tests.live import live_server, open_phone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page, Playwright

    from tests.live import LiveServer

THROTTLE = 4
STARTS = 9
FORMS = 20
SYNC_MS = 300_000
SCRIPT = Path(__file__).with_name("page.js")
BARE_PAGE = b"<!doctype html><html lang=zh><title>bare</title><main><ul><li>row</ul></main></html>"
QUERIES = ("wangwei", "lf", "305", "张", "12栋", "zqm")


def throttled(context: BrowserContext) -> Page:
    """Return a new page whose main thread is slowed down, with CPU counted in thread ticks."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    return page


def start_cpu(context: BrowserContext, url: str) -> float:
    """Return the ms of main-thread CPU from nothing to the first row at the address."""
    page = throttled(context)
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(url, wait_until="commit")
    page.locator("main li").first.wait_for()
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    page.close()
    return float(metrics["ThreadTime"]) * 1000


def offline_phone(play: Playwright, server: LiveServer, profile: Path) -> BrowserContext:
    """Return a phone that has synced cadre01's grid, was closed, and is open again without a line."""
    context = open_phone(play, profile)
    sign_in(first_page(context), server.url, "cadre01", SYNC_MS)
    context.close()
    context = open_phone(play, profile, offline=True)
    context.set_default_timeout(60_000)
    context.add_init_script(path=SCRIPT)
    return context


class BareServer(BaseHTTPRequestHandler):
    """Serves the bare page; Playwright's routing would switch off the browser's code cache."""

    def do_GET(self) -> None:
        """Answer with the bare page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(BARE_PAGE)

    def log_message(self, *_arguments: object) -> None:
        """Log nothing."""


@contextmanager
def bare_page() -> Iterator[str]:
    """Yield the address of the bare page."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BareServer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def cold_start(
    context: BrowserContext, server: LiveServer, count: int, bound: float, what: str = "households"
) -> Row:
    """Return the ratio of a cold start of 住户 to a bare page, both in turns."""
    app, bare = [], []
    with bare_page() as address:
        for _ in range(STARTS):
            context.set_offline(False)
            bare.append(start_cpu(context, address))
            context.set_offline(True)
            app.append(start_cpu(context, f"{server.url}/households"))
    note = f"{p50(app):.0f} ms against {p50(bare):.0f} ms, median of {STARTS}"
    name = f"cold start of 住户, {count:,} {what}, ratio to a bare page"
    return Row(name, p50(app) / p50(bare), bound, "x", note=note)


def keystrokes(context: BrowserContext, server: LiveServer, among: str) -> list[Row]:
    """Return how long a typed letter takes until its result is painted, and the rows drawn."""
    page = throttled(context)
    page.goto(f"{server.url}/households")
    box = page.get_by_role("searchbox", name="查找住户")
    box.wait_for()
    page.locator("main li").first.wait_for()
    times, drawn = [], 0
    for query in QUERIES:
        for length in range(1, len(query) + 1):
            times.append(
                box.evaluate(
                    """(box, text) => bench.painted(() => {
                        box.value = text; box.dispatchEvent(new InputEvent('input', {bubbles: true})); })""",
                    query[:length],
                )
            )
            drawn = max(drawn, page.locator("main li").count())
    page.close()
    return [
        Row(
            f"keystroke to painted, p95, {among}",
            p95(times),
            100,
            "ms",
            note=f"p50 {p50(times):.0f}",
        ),
        Row("rows drawn for hits, most", drawn, 30, "rows"),
    ]


def diary_forms(context: BrowserContext, server: LiveServer) -> list[Row]:
    """Return how long the diary form takes to open and a save to be durable."""
    page = throttled(context)
    page.goto(f"{server.url}/households")
    page.locator("main li a").first.click()
    page.wait_for_url("**/households/*")
    opened, stored = [], []
    for number in range(FORMS):
        page.locator('main a[href*="/diary/new"]').wait_for()
        opened.append(
            page.evaluate(
                """() => bench.until(
                    () => document.querySelector('main a[href*="/diary/new"]').click(),
                    () => document.querySelector('main form textarea'))"""
            )
        )
        page.get_by_role("textbox", name="情况记录").fill(f"第{number}次上门,家里都好,没有别的事。")
        page.wait_for_timeout(900)  # The draft's own write comes first.
        stored.append(
            page.get_by_role("button", name="保存", exact=True).evaluate(
                "(button) => { let at; return bench.until(() => button.click(),"
                " (start) => bench.stored > start && (at ??= bench.stored - start)).then(() => at); }"
            )
        )
        page.wait_for_url("**/households/*")
    page.close()
    return [
        Row("diary form open, p95", p95(opened), 100, "ms", note=f"p50 {p50(opened):.0f}"),
        Row("保存 durable, p50", p50(stored), 50, "ms"),
        Row("保存 durable, p95", p95(stored), 150, "ms"),
    ]


def first_sync(context: BrowserContext, server: LiveServer, rate: int) -> float:
    """Return the longest main-thread task from sign-in to 已同步 and the list of households."""
    page = first_page(context)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})
    sign_in(page, server.url, "cadre01", SYNC_MS)
    go(page, "住户")
    page.locator("main li").first.wait_for()
    return float(max([0.0, *page.evaluate("bench.long")]))


def longest_task(play: Playwright, server: LiveServer, profile: Path, rate: int) -> Row:
    """Return the longest main-thread task of a first sync of 5,000 households."""
    context = open_phone(play, profile)
    context.add_init_script(path=SCRIPT)
    longest = first_sync(context, server, rate)
    context.close()
    return Row(f"longest task of a first sync of 5,000 households, {rate}x", longest, 200, "ms")


def rows(folder: Path) -> list[Row]:
    """Return all figures of the phone."""
    found = []
    with sync_playwright() as play:
        for households, bound in ((300, 3.0), (10_000, 3.5)):
            with live_server(one_grid(folder / f"phone-{households}", households)) as server:
                context = offline_phone(play, server, folder / f"profile-{households}")
                found.append(cold_start(context, server, households, bound))
                if households > 300:
                    found += keystrokes(context, server, f"{households:,} households")
                found += diary_forms(context, server)
                context.close()
        with live_server(one_grid(folder / "phone-5000", 5000)) as server:
            for rate in (1, THROTTLE):
                found.append(longest_task(play, server, folder / f"profile-5000-{rate}", rate))
    return found
