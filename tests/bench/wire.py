"""What a first sync costs on the wire, counted as it comes: bodies packed with brotli, and headers."""

from __future__ import annotations

import gzip
import json
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import brotli

from tests.bench.communities import PASSWORD, one_grid, small_community
from tests.bench.table import Row
from tests.live import live_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.live import LiveServer

MOST_ROUNDS = 200


def ask(
    connection: HTTPConnection, path: str, body: object, cookie: str = ""
) -> tuple[dict[str, Any], str, int]:
    """Return the answer's JSON, the cookie it sets, and the bytes that came."""
    headers = {
        "Content-Type": "application/json",
        "X-Minqing": "1",
        "Accept-Encoding": "br, gzip",
        "Cookie": cookie,
    }
    connection.request("POST", path, json.dumps(body), headers)
    answer = connection.getresponse()
    raw = answer.read()
    size = len(raw) + sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
    match answer.getheader("Content-Encoding"):
        case "br":
            raw = brotli.decompress(raw)
        case "gzip":
            raw = gzip.decompress(raw)
    assert answer.status == 200, raw[:400]
    return json.loads(raw), (answer.getheader("Set-Cookie") or "").split(";")[0], size


def first_sync(server: LiveServer, account: str) -> tuple[int, int, int]:
    """Return the bytes, the entries and the round trips of an account's first sync."""
    connection = HTTPConnection("127.0.0.1", server.port)
    _, cookie, _ = ask(connection, "/api/session", {"account": account, "password": PASSWORD})
    cursors: dict[str, int] = {}
    device, total, entries = str(uuid4()), 0, 0
    for rounds in range(1, MOST_ROUNDS):
        body = {"proto": 1, "schema": 1, "device": device, "ops": [], "scopes": cursors}
        answer, _, size = ask(connection, "/api/sync", body, cookie)
        total += size
        for page in answer["scopes"]:
            entries += len(page["entries"])
            cursors[page["id"]] = page["to"]
        if not any(page["more"] for page in answer["scopes"]):
            return total, entries, rounds
    raise AssertionError(account)


def rows(folder: Path) -> list[Row]:
    """Return the figures of both first syncs."""
    found = []
    with live_server(small_community(folder / "wire-grid")) as server:
        size, entries, rounds = first_sync(server, "cadre01")
        note = f"{entries} records, {rounds} round trips"
        found.append(Row("first sync of a grid with 12 months", size / 1000, 150, "kB", note=note))
    with live_server(one_grid(folder / "wire-5000", 5000)) as server:
        size, entries, rounds = first_sync(server, "cadre01")
        note = f"{entries} records, {rounds} round trips; history of one grid among them"
        found.append(Row("first sync of 5,000 households", size / 1000, 300, "kB", note=note))
    return found
