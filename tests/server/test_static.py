"""The PWA's files: encodings, caching, types, and pages that only the app knows."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import brotli
import pytest

if TYPE_CHECKING:
    from server.config import Config
    from tests.server.conftest import Client, SignIn

INDEX = "<!doctype html><title>民情日记</title>"
SCRIPT = "console.log('民情');" * 100


@pytest.fixture
def client(config: Config, sign_in: SignIn) -> Client:
    """Return a signed-out browser of a server whose PWA has been built."""
    assets = config.static / "assets"
    assets.mkdir()
    (config.static / "index.html").write_text(INDEX)
    (config.static / "sw.js").write_text("self.x = 1")
    (config.static / "manifest.webmanifest").write_text("{}")
    script = assets / "index-3f2a.js"
    script.write_text(SCRIPT)
    script.with_name("index-3f2a.js.br").write_bytes(brotli.compress(SCRIPT.encode()))
    script.with_name("index-3f2a.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (config.static.parent / "secret.txt").write_text("not for you")
    return sign_in()


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("identity", None),
        ("", None),
        ("*", "br"),
    ],
)
def test_a_file_comes_in_the_best_encoding_that_was_built(
    client: Client, accepted: str, encoding: str | None
) -> None:
    answer = client.get("/assets/index-3f2a.js", headers={"Accept-Encoding": accepted})
    body = answer.get_data()
    decoded = {"br": brotli.decompress, "gzip": gzip.decompress}.get(encoding or "", bytes)(body)
    assert answer.headers.get("Content-Encoding") == encoding
    assert decoded.decode() == SCRIPT
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_a_hashed_file_is_kept_for_a_year_and_a_page_is_always_checked(client: Client) -> None:
    kept = "public, max-age=31536000, immutable"
    assert client.get("/assets/index-3f2a.js").headers["Cache-Control"] == kept
    for path in ("/", "/index.html", "/sw.js", "/manifest.webmanifest", "/today"):
        assert client.get(path).headers["Cache-Control"] == "no-cache", path


def test_an_unchanged_page_is_answered_304(client: Client) -> None:
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_encodings_of_one_file_have_different_etags(client: Client) -> None:
    tags = {
        client.get("/assets/index-3f2a.js", headers={"Accept-Encoding": accepted}).headers["ETag"]
        for accepted in ("br", "gzip", "identity")
    }
    assert len(tags) == 3


@pytest.mark.parametrize("path", ["/", "/today", "/households/0191-7f", "/me/sync", "/s/abc"])
def test_a_page_of_the_app_is_the_index(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, INDEX)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/index-old.js",
        "/nothing.png",
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/index-3f2a.js%00.png",
    ],
)
def test_a_missing_or_outside_file_is_404_and_never_the_index(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_the_manifest_has_its_type(client: Client) -> None:
    assert client.get("/manifest.webmanifest").mimetype == "application/manifest+json"
