"""What a large questionnaire costs a slow phone: to open, to answer, to send.

The machine may be busy, so a slow phone is the main thread's own time, or that of short acts, times the
rate by which the phone is slower.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.bench.questions import STEPS, TOWNS, VILLAGES, questionnaire
from tests.bench.table import Row, p50, p95
from tests.harness import HARNESS, READY, address, serving_forms
from tests.live import CHROMIUM, CHROMIUM_ARGS

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.live import LiveServer

STARTS = 3
TIMES = 20
RATE = 6
LIMITS = {100: (4, 700, 300), 1000: (6, 2000, 1200)}
# The milliseconds from an act until the page has computed, drawn and laid out all that follows.
SETTLED = """async (acts) => {
  const times = [];
  for (const [selector, value] of acts) {
    const control = document.querySelector(selector);
    const start = performance.now();
    if (control.type === 'radio') control.click();
    else {
      control.value = value;
      control.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
    await new Promise((resolve) => { const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve; port2.postMessage(null); });
    document.body.getBoundingClientRect();
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  return times;
}"""


def opened(browser: Browser, server: LiveServer, questions: int, rate: int) -> tuple[float, float, Page]:
    """Return the main thread's ms until the form can be answered, cold and warm, and the page."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
    context.set_default_timeout(120_000)
    times = []
    for _ in range(2):
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(address(server, f"bench-{questions}.xml"), wait_until="commit")
        page.wait_for_function(READY)
        metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
        times.append(metrics["ThreadTime"] * 1000 * rate)
        if len(times) == 1:
            page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
            page.wait_for_timeout(1500)
            page.close()
    return times[0], times[1], page


def starts(browser: Browser, server: LiveServer) -> list[Row]:
    """Return how long the forms take to open."""
    found = []
    for questions, (rate, cold_limit, warm_limit) in LIMITS.items():
        cold, warm = [], []
        for _ in range(STARTS):
            first, second, page = opened(browser, server, questions, rate)
            page.context.close()
            cold.append(first)
            warm.append(second)
        what = f"{questions} questions, {rate}x"
        found += [
            Row(f"cold start, {what}, p50", p50(cold), cold_limit, "ms", note=f"best {min(cold):.0f}"),
            Row(f"warm start, {what}, p50", p50(warm), warm_limit, "ms", note=f"best {min(warm):.0f}"),
        ]
    return found


def at(reference: str, control: str = "input") -> str:
    """Return the selector of a question's control."""
    return f'[data-ref="{reference}"] {control}'


def slowed(page: Page, acts: list[list[str]]) -> list[float]:
    """Return the ms that each act takes on the slow phone."""
    return [RATE * took for took in page.evaluate(SETTLED, acts)]


def acts(browser: Browser, server: LiveServer) -> list[Row]:
    """Return how long the large form takes to follow an answer, and to write its submission."""
    _, _, page = opened(browser, server, 1000, RATE)
    opening = [[at("/data/s0/q7", f'input[value="{number % 2}"]'), ""] for number in range(TIMES)]
    relevance = slowed(page, opening)
    chain = slowed(page, [[at("/data/start"), str(number)] for number in range(TIMES)])
    towns = [[at("/data/town"), f"t{number % TOWNS}"] for number in range(TIMES)]
    cascade = slowed(page, towns)
    total = TIMES - 1 + sum(step % 7 for step in range(STEPS))
    assert f"<sum>{total}</sum>" in page.evaluate("() => window.__bench.serialize()")
    serialized = (
        page.evaluate("""() => { window.__bench.serialize(); const start = performance.now();
        for (let n = 0; n < 10; n += 1) window.__bench.serialize();
        return (performance.now() - start) / 10; }""")
        * RATE
    )
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap = page.evaluate("() => performance.memory.usedJSHeapSize")
    page.context.close()
    slowly = f"{RATE}x"
    return [
        Row(
            "an answer that opens or closes a question, p95",
            p95(relevance),
            60,
            "ms",
            note=f"p50 {p50(relevance):.0f}",
        ),
        Row(
            f"an answer that {STEPS} calculations follow, p95",
            p95(chain),
            25,
            "ms",
            note=f"p50 {p50(chain):.0f}",
        ),
        Row(
            f"a town among 5,000 villages, {slowly}, p50",
            p50(cascade),
            20,
            "ms",
            note=f"p95 {p95(cascade):.0f}",
        ),
        Row(f"the submission written, {slowly}", serialized, 5, "ms"),
        Row("memory of the page", heap / 1e6, 12, "MB"),
    ]


def rows(folder: Path) -> list[Row]:
    """Return all figures of forms."""
    if not (HARNESS / "index.html").exists():
        raise SystemExit("first: make pwa/dist-harness/index.html")
    files = []
    for questions in LIMITS:
        files.append(folder / f"bench-{questions}.xml")
        files[-1].write_text(questionnaire(questions, VILLAGES if questions == max(LIMITS) else 0), "utf-8")
    with sync_playwright() as play, serving_forms(folder / "forms", files) as server:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=[*CHROMIUM_ARGS, "--enable-precise-memory-info"]
        )
        found = [*acts(browser, server), *starts(browser, server)]
        browser.close()
    return found
