"""Where the app can't work, or not offline, it says so in plain words; never a blank page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from playwright.sync_api import expect

from tests.lying import lying_proxy
from tests.pwa.conftest import needs_build, wait_for_worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext

    from tests.live import LiveServer

pytestmark = needs_build

WECHAT = (
    "Mozilla/5.0 (Linux; Android 12; ELS-AN00) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/107.0.5304.141 Mobile Safari/537.36 XWEB/5023 MMWEBSDK/20230202 MicroMessenger/8.0.33"
)


@pytest.mark.pitfall("untrusted or missing TLS")
def test_by_a_host_name_without_tls(shared_app: LiveServer, browse: Callable[..., BrowserContext]) -> None:
    page = browse().new_page()
    page.goto(f"http://minqing.test:{shared_app.port}/login")
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    expect(page.get_by_text("请改用 https://")).to_be_visible()


def certificate_of_nobody(folder: Path) -> SSLContext:
    """Return TLS for localhost with a certificate that no browser trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    file = folder / "tls.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.mark.pitfall("untrusted or missing TLS")
def test_with_a_certificate_that_was_clicked_through(
    shared_app: LiveServer, browse: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    with lying_proxy(shared_app.port, certificate_of_nobody(tmp_path)) as proxy:
        page = browse(ignore_https_errors=True).new_page()
        page.goto(f"{proxy.url}/login")
        expect(page.get_by_role("button", name="登录")).to_be_visible()
        expect(page.get_by_text("证书不受信任")).to_be_visible()


@pytest.mark.pitfall("WeChat in-app browser")
def test_inside_wechat(shared_app: LiveServer, browse: Callable[..., BrowserContext]) -> None:
    page = browse(user_agent=WECHAT).new_page()
    page.goto(f"{shared_app.url}/login")
    expect(page.get_by_text("在浏览器打开")).to_be_visible()


def test_in_a_browser_below_the_floor(shared_app: LiveServer, browse: Callable[..., BrowserContext]) -> None:
    context = browse()
    context.add_init_script("delete window.structuredClone; delete Object.hasOwn;")
    page = context.new_page()
    page.goto(shared_app.url)
    expect(page.get_by_text("这个浏览器太旧")).to_be_visible()


def test_without_scripts(shared_app: LiveServer, browse: Callable[..., BrowserContext]) -> None:
    page = browse(java_script_enabled=False).new_page()
    page.goto(shared_app.url)
    # Looked for by its tag: the search by text passes over what stands in it.
    expect(page.locator("noscript p").first).to_be_visible()


def test_when_a_script_does_not_come(shared_app: LiveServer, browse: Callable[..., BrowserContext]) -> None:
    context = browse(service_workers="block")
    context.route("**/assets/app-*.js", lambda route: route.abort())
    page = context.new_page()
    page.goto(shared_app.url)
    expect(page.get_by_text("民情日记没能打开")).to_be_visible()
    expect(page.get_by_role("button", name="重新打开")).to_be_visible()


def test_signing_in_without_a_network_says_so(
    shared_app: LiveServer, browse: Callable[..., BrowserContext]
) -> None:
    context = browse()
    page = context.new_page()
    page.goto(f"{shared_app.url}/login")
    wait_for_worker(page)
    context.set_offline(True)
    page.get_by_role("textbox", name="账号").fill("cadre01")
    page.get_by_role("textbox", name="密码").fill("whatever it is")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("现在没有网络")


def test_a_wrong_password_does_not_say_which_of_the_two(
    shared_app: LiveServer, browse: Callable[..., BrowserContext]
) -> None:
    page = browse().new_page()
    page.goto(f"{shared_app.url}/login")
    page.get_by_role("textbox", name="账号").fill("nobody")
    page.get_by_role("textbox", name="密码").fill("whatever it is")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不正确")


def test_a_password_can_be_shown(shared_app: LiveServer, browse: Callable[..., BrowserContext]) -> None:
    page = browse().new_page()
    page.goto(f"{shared_app.url}/login")
    field = page.get_by_role("textbox", name="密码")
    expect(field).to_have_attribute("type", "password")
    page.get_by_role("button", name="显示").click()
    expect(field).to_have_attribute("type", "text")
