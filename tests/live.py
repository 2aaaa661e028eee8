"""A real server in a process of its own, and real browsers: shared by tests/e2e and tests/bench."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Playwright

ROOT = Path(__file__).resolve().parent.parent
MINQING = Path(sys.executable).parent / "minqing"
CHROMIUM = "/usr/bin/chromium"
PASSWORD = "Yi-zhang-deng-88"  # noqa: S105 - of the demo accounts of a throw-away database
START_SECONDS = 30
ACTION_MS = 15_000

# No name but this machine's resolves, so a request to a foreign host can only fail.
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
PHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Mobile Safari/537.36"
)


def free_port() -> int:
    """Return a TCP port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class LiveServer:
    """A `minqing serve` on its own data folder; it can be stopped, killed and started again."""

    data: Path
    port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the server and of every `minqing` command on its data."""
        return os.environ | {
            "MINQING_DATA": str(self.data),
            "MINQING_DEMO_PASSWORD": PASSWORD,
            "PORT": str(self.port),
            **self.extra,
        }

    def minqing(self, *arguments: str) -> str:
        """Run a `minqing` command on the server's data and return what it printed."""
        done = subprocess.run(  # noqa: S603 - our own command
            [MINQING, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def launch(self) -> None:
        """Start the server, and wait for nothing."""
        with (self.data / "server.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                [MINQING, "serve"],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.launch()
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                with urlopen(f"{self.url}/api/health", timeout=2):  # noqa: S310 - loopback
                    return
            except (URLError, OSError):
                assert self.process.poll() is None, (self.data / "server.log").read_text()
                time.sleep(0.1)
        raise TimeoutError(self.url)

    def workers(self) -> list[int]:
        """Return the processes that answer; gunicorn's master only watches over them."""
        assert self.process is not None
        first = self.process.pid
        return list(map(int, Path(f"/proc/{first}/task/{first}/children").read_text().split()))

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop the server and its workers with the signal, and wait for the end."""
        if self.process is not None:
            os.killpg(self.process.pid, how)
            self.process.wait(timeout=30)
            self.process = None


@contextmanager
def live_server(data: Path, **extra: str) -> Iterator[LiveServer]:
    """Yield a started server on the data folder, with more environment; stopped at the end."""
    data.mkdir(parents=True, exist_ok=True)
    server = LiveServer(data, extra=extra)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def open_phone(play: Playwright, profile: Path, *, offline: bool = False) -> BrowserContext:
    """Return an Android-sized browser on the profile; closing and opening it again keeps the data."""
    context = play.chromium.launch_persistent_context(
        profile,
        executable_path=CHROMIUM,
        args=CHROMIUM_ARGS,
        headless=True,
        viewport={"width": 360, "height": 740},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        user_agent=PHONE_AGENT,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        offline=offline,
    )
    context.set_default_timeout(ACTION_MS)
    return context


def open_desktop(play: Playwright, profile: Path) -> BrowserContext:
    """Return a desktop-sized browser on the profile."""
    context = play.chromium.launch_persistent_context(
        profile,
        executable_path=CHROMIUM,
        args=CHROMIUM_ARGS,
        headless=True,
        viewport={"width": 1280, "height": 800},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    context.set_default_timeout(ACTION_MS)
    return context
