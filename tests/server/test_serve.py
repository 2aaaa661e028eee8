"""`minqing serve`, as a process: it starts, refuses, serves several at once, and stops in order."""

from __future__ import annotations

import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import requests

from server.commands.serve import is_loopback
from tests.live import MINQING, PASSWORD, LiveServer, live_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADERS = {"X-Minqing": "1"}
WAIT_SECONDS = 60


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder whose database is at this version."""
    folder = tmp_path / "data"
    LiveServer(folder).minqing("db", "upgrade")
    return folder


@pytest.fixture
def server(data: Path) -> Iterator[LiveServer]:
    """Yield a running server with two workers on one SQLite file."""
    with live_server(data, WEB_CONCURRENCY="2") as running:
        yield running


def signed_in(server: LiveServer) -> requests.Session:
    """Return a browser signed in as the administrator of a new district."""
    words = server.minqing(
        "account", "create", "admin", "管理员", "--role", "org_admin", "--new-district", "茹县"
    )
    browser = requests.Session()
    browser.headers.update(HEADERS)
    given = words.split()[-1]
    body = {"account": "admin", "password": given}
    assert browser.post(f"{server.url}/api/session", json=body).status_code == 200
    own = {"old_password": given, "new_password": PASSWORD}
    assert browser.put(f"{server.url}/api/session/password", json=own).status_code == 204
    return browser


def refusal(server: LiveServer, **environ: str) -> str:
    """Return what `minqing serve` says when it doesn't start."""
    done = subprocess.run(  # noqa: S603 - our own command
        [MINQING, "serve"],
        env=server.environment | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_SECONDS,
    )
    assert done.returncode == 1
    return done.stderr


def test_it_refuses_an_address_beyond_loopback(data: Path) -> None:
    assert "--public" in refusal(LiveServer(data), HOST="0.0.0.0")  # noqa: S104 - it is refused


def test_it_refuses_a_database_of_another_version(tmp_path: Path) -> None:
    assert "minqing db upgrade" in refusal(LiveServer(tmp_path / "data"))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 - it is told apart
        ("::", False),
        ("192.168.1.5", False),
        ("minqing.example", False),
    ],
)
def test_only_loopback_counts_as_this_machine(host: str, *, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_workers_and_threads_write_to_one_sqlite_file_at_once(server: LiveServer) -> None:
    browser = signed_in(server)
    district = browser.get(f"{server.url}/api/units").json()["units"][0]["id"]
    cookies, url = browser.cookies.get_dict(), f"{server.url}/api/units"

    def make(number: int) -> int:
        body = {"parent_id": district, "kind": "subdistrict", "name": f"街道{number}"}
        return requests.post(url, json=body, cookies=cookies, headers=HEADERS, timeout=60).status_code

    with ThreadPoolExecutor(16) as threads:
        statuses = list(threads.map(make, range(96)))
    assert statuses == [201] * 96
    names = {unit["name"] for unit in browser.get(url).json()["units"]}
    assert {f"街道{number}" for number in range(96)} <= names


def test_a_body_of_fifty_megabytes_gets_its_answer(server: LiveServer) -> None:
    answer = requests.post(f"{server.url}/api/sync", data=b"x" * 50_000_000, headers=HEADERS, timeout=60)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_much")
    assert requests.get(f"{server.url}/api/health", timeout=60).status_code == 200


def test_it_stops_in_order_when_it_is_told_to(data: Path) -> None:
    with live_server(data) as server:
        process = server.process
        assert process is not None
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        server.process = None


def test_what_was_answered_survives_a_kill(data: Path) -> None:
    with live_server(data) as server:
        browser = signed_in(server)
        district = browser.get(f"{server.url}/api/units").json()["units"][0]["id"]
        body = {"parent_id": district, "kind": "subdistrict", "name": "最后一个"}
        assert browser.post(f"{server.url}/api/units", json=body).status_code == 201
        server.stop(signal.SIGKILL)
        server.start()
        names = {unit["name"] for unit in browser.get(f"{server.url}/api/units").json()["units"]}
    assert names == {"茹县", "最后一个"}
