"""Whatever a request holds, the server's memory stays within bounds (rule P10)."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest
import requests

from server.core.ids import new_id
from sync.messages import MOST_BYTES, MOST_OPS
from tests.live import PASSWORD, LiveServer, live_server
from tests.server.phone import WALL, Json, diary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEBIBYTE = 1024 * 1024
MOST_GROWTH = 200 * MEBIBYTE
HEADERS = {"X-Minqing": "1", "Content-Type": "application/json"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Yield a server with one worker and a demo community."""
    data = tmp_path_factory.mktemp("memory") / "data"
    data.mkdir()
    LiveServer(data).minqing("demo", "--grids", "1")
    with live_server(data) as running:
        yield running


@pytest.fixture(scope="module")
def cadre(server: LiveServer) -> requests.Session:
    """Return the session of a cadre."""
    session = requests.Session()
    session.headers.update(HEADERS)
    body = {"account": "cadre01", "password": PASSWORD}
    assert session.post(f"{server.url}/api/session", json=body).status_code == 200
    return session


def peak(server: LiveServer) -> int:
    """Return the most memory that a process of the server ever had, in bytes."""
    found = [
        re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{worker}/status").read_text())
        for worker in server.workers()
    ]
    return max(int(one[1]) * 1024 for one in found if one)


def body(ops: str) -> bytes:
    """Return a request with the text in place of its ops."""
    head = orjson.dumps({"proto": 1, "schema": 1, "device": new_id(), "scopes": {}}).decode()
    return f'{head[:-1]},"ops":[{ops}]}}'.encode()


def filled(part: str) -> bytes:
    """Return the largest request that repeats the part."""
    return body((part * ((MOST_BYTES - 1000) // len(part))).rstrip(","))


def much(scope: str, count: int, words: str) -> bytes:
    """Return a request of so many good ops."""
    ops: list[Json] = [
        {
            "op_id": new_id(), "n": n, "type": "diary_entry", "rid": new_id(), "scope": scope,
            "kind": "create", "set": diary(narrative=words), "wall": WALL, "mono": n,
        }
        for n in range(1, count + 1)
    ]  # fmt: skip
    return body(orjson.dumps(ops).decode()[1:-1])


REFUSED: dict[str, Callable[[], tuple[bytes, int]]] = {
    "a bomb of 1 GiB": lambda: (gzip.compress(b" " * 1024 * MEBIBYTE, 1), 413),
    "a bomb in a bomb": lambda: (gzip.compress(gzip.compress(b" " * 64 * MEBIBYTE)), 400),
    "objects without number": lambda: (filled('{"a":1},'), 413),
    "empty lists": lambda: (filled("[],"), 413),
    "numbers": lambda: (filled("1.5,"), 413),
    "numbers that aren't": lambda: (filled("NaN,"), 413),
    "objects with long names": lambda: (filled('{"' + "a" * 20 + '":1},'), 413),
    "one deep list": lambda: (filled("["), 413),
    "a text of 8 MiB": lambda: (body('"' + "a" * (MOST_BYTES - 1000) + '"'), 422),
    "more ops than one may send": lambda: (body(",".join(["{}"] * (10 * MOST_OPS))), 413),
}


@pytest.mark.parametrize("name", REFUSED)
def test_p10_a_request_that_is_too_much_is_refused_within_bounds(
    server: LiveServer, cadre: requests.Session, name: str
) -> None:
    sent, status = REFUSED[name]()
    before = peak(server)
    packed = sent if sent.startswith(b"\x1f\x8b") else gzip.compress(sent, 1)
    answer = cadre.post(f"{server.url}/api/sync", data=packed, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == status, answer.text[:200]
    assert peak(server) - before < MOST_GROWTH


def test_p10_the_largest_good_request_is_taken_within_bounds(
    server: LiveServer, cadre: requests.Session
) -> None:
    before = peak(server)
    scopes = {one["id"] for one in cadre.get(f"{server.url}/api/session").json()["scopes"]}
    scope = next(one for one in scopes if one.startswith("grid:"))
    answer = cadre.post(f"{server.url}/api/sync", data=much(scope, MOST_OPS, "走访情况" * 600))
    assert answer.status_code == 200, answer.text[:200]
    assert {result["status"] for result in answer.json()["results"]} == {"applied"}
    assert peak(server) - before < MOST_GROWTH
