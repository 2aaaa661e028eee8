"""The two servers under measurement, and a device that speaks to one of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import orjson

from server.core.database import now
from server.core.ids import new_id
from sync.canonical import GENESIS
from sync.messages import PROTO, SCHEMA
from tests.bench.diaries import create, hash_of
from tests.bench.processes import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.diaries import Cadre, Json


@dataclass
class Peer:
    """A server: its port, and the process group whose CPU counts."""

    port: int
    group: int

    def connect(self) -> HTTPConnection:
        """Return a connection that stays open."""
        return HTTPConnection("127.0.0.1", self.port, timeout=120)

    def cpu(self) -> float:
        """Return the seconds of CPU that it has used so far."""
        return cpu_seconds(self.group)


def ask(connection: HTTPConnection, path: str, body: bytes | None = None, **headers: str) -> bytes:
    """Return the answer to a GET, or with a body to a POST; it must be a good one."""
    connection.request("POST" if body else "GET", path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, text[:400]
    return text


def timed(act: Callable[[], Any]) -> float:
    """Return how many ms the act took."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


class Device:
    """One device of a cadre: it numbers and chains its ops, and keeps its cursors."""

    def __init__(self, peer: Peer, cadre: Cadre) -> None:
        """Begin with nothing pulled."""
        self.cadre, self.connection = cadre, peer.connect()
        self.id, self.n, self.head = new_id(), 0, GENESIS
        self.cursors: dict[str, int] = {}

    def op(self, fields: Json, **members: Any) -> Json:  # noqa: ANN401 - any member
        """Return the next op, which creates a diary entry unless the members say otherwise."""
        self.n += 1
        made = create(self.cadre.scope, self.n, fields, self.head) | members
        self.head = hash_of(made)
        return made

    def body(self, ops: list[Json]) -> Json:
        """Return the request."""
        return {
            "proto": PROTO, "schema": SCHEMA, "device": self.id, "wall": f"{now():%FT%T}.000Z",
            "ops": ops, "scopes": self.cursors,
        }  # fmt: skip

    def send(self, body: bytes, **headers: str) -> bytes:
        """Return the text of the answer."""
        known = {"Content-Type": "application/json", "X-Minqing": "1", "Cookie": self.cadre.cookie}
        return ask(self.connection, "/api/sync", body, **known, **headers)

    def exchange(self, ops: list[Json]) -> Json:
        """Return the answer to a request with the ops, its cursors kept."""
        answer: Json = orjson.loads(self.send(orjson.dumps(self.body(ops))))
        for page in answer["scopes"]:
            self.cursors[page["id"]] = page["to"]
        return answer

    def pull_all(self) -> int:
        """Return how many entries came, after pulling to the end."""
        entries, more = 0, True
        while more:
            answer = self.exchange([])
            entries += sum(len(page["entries"]) for page in answer["scopes"])
            more = any(page["more"] for page in answer["scopes"])
        return entries
