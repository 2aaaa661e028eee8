"""A proxy that lies about the line: it loses, cuts and forges what the server answers to a sync."""

from __future__ import annotations

import gzip
import json
import threading
from collections import deque
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from tests.live import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ssl import SSLContext

HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive", "content-length"}
SYNC = "/api/sync"


@dataclass(frozen=True)
class Answer:
    """What goes back to the browser; `cut` leaves off as many bytes of what was announced."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    cut: int = 0


Lie = Callable[[Callable[[], Answer]], Answer | None]
"""Makes the answer, or none, from a function that asks the server."""


def drop_reply(ask: Callable[[], Answer]) -> None:
    """Let the server store, and lose its answer."""
    ask()


def no_line(_ask: Callable[[], Answer]) -> None:
    """Close the connection before the server heard anything."""


def html(_ask: Callable[[], Answer]) -> Answer:
    """Answer as a hotel's Wi-Fi does: 200, and a page to sign in."""
    return Answer(200, [("Content-Type", "text/html")], "<html><h1>请登录 Wi-Fi</h1></html>".encode())


def cut_off(ask: Callable[[], Answer]) -> Answer:
    """Let the server store, and break off in the middle of its answer."""
    real = ask()
    return Answer(real.status, real.headers, real.body, cut=len(real.body) // 2)


def half_of_gzip(ask: Callable[[], Answer]) -> Answer:
    """Let the server store, and hand on half of its compressed answer as if it were whole."""
    real = ask()
    packed = gzip.compress(unpacked(real))
    headers = [(name, value) for name, value in real.headers if name.lower() != "content-encoding"]
    return Answer(real.status, [*headers, ("Content-Encoding", "gzip")], packed[: len(packed) // 2])


def unpacked(answer: Answer) -> bytes:
    """Return the body as text; only gzip is undone, since the proxy asks for nothing else."""
    packed = any(name.lower() == "content-encoding" and value == "gzip" for name, value in answer.headers)
    return gzip.decompress(answer.body) if packed else answer.body


def refusal(status: int, code: str, **headers: str) -> Lie:
    """Return a lie that answers a problem document, without asking the server."""

    def refuse(_ask: Callable[[], Answer]) -> Answer:
        body = json.dumps({"status": status, "code": code, "title": "稍后再试"}).encode()
        kept = [(name.replace("_", "-"), value) for name, value in headers.items()]
        return Answer(status, [("Content-Type", "application/problem+json"), *kept], body)

    return refuse


@dataclass
class LyingProxy:
    """Stands before the server at `target`. Everything passes but what is lied about."""

    target: int
    port: int = field(default_factory=free_port)
    lies: deque[Lie] = field(default_factory=deque)
    sent: list[dict[str, Any]] = field(default_factory=list)
    """The sync requests that came, as JSON."""
    lied: int = 0
    silent: threading.Event = field(default_factory=threading.Event)
    """While set, packets vanish: a connection stands open and is never answered."""
    heard: threading.Event = field(default_factory=threading.Event)
    """Set when a silence has ended."""
    tls: SSLContext | None = None

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}"

    def lie(self, lie: Lie, times: int = 1) -> None:
        """Lie about so many of the next syncs."""
        self.lies.extend([lie] * times)

    def ops(self) -> list[str]:
        """Return the ids of all ops that were sent, as often as they were."""
        return [op["op_id"] for request in self.sent for op in request["ops"]]

    def lose_all(self) -> None:
        """Lose all packets until `find_again`."""
        self.heard.clear()
        self.silent.set()

    def find_again(self) -> None:
        """Pass everything again; what waits gets no answer."""
        self.silent.clear()
        self.heard.set()


class Handler(BaseHTTPRequestHandler):
    """One connection of the browser."""

    protocol_version = "HTTP/1.1"
    proxy: LyingProxy

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def pass_on(self) -> None:
        """Answer with what the server says, or with a lie about it."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        proxy = self.proxy
        if proxy.silent.is_set():
            proxy.heard.wait()
            self.close_connection = True
            return
        lie: Lie | None = None
        if self.path == SYNC:
            text = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            proxy.sent.append(json.loads(text))
            lie = proxy.lies.popleft() if proxy.lies else None
        answer = lie(lambda: self.ask(body)) if lie else self.ask(body)
        if lie:
            proxy.lied += 1
        self.send(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = pass_on  # noqa: N815 - named by http.server

    def ask(self, body: bytes) -> Answer:
        """Return the server's answer."""
        upstream = HTTPConnection("127.0.0.1", self.proxy.target, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        headers["Accept-Encoding"] = "gzip"
        upstream.request(self.command, self.path, body or None, headers)
        reply = upstream.getresponse()
        answer = Answer(
            reply.status,
            [(name, value) for name, value in reply.getheaders() if name.lower() not in HOP_BY_HOP],
            reply.read(),
        )
        upstream.close()
        return answer

    def send(self, answer: Answer | None) -> None:
        """Write the answer; None closes the connection without a word."""
        if answer is None:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[: len(answer.body) - answer.cut])
        if answer.cut:
            self.close_connection = True


class Proxying(ThreadingHTTPServer):
    """A proxy whose threads end with the test; a browser that hangs up is no error."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: the browser closed the connection."""


@contextmanager
def lying_proxy(target: int, tls: SSLContext | None = None) -> Iterator[LyingProxy]:
    """Yield a running proxy before the server at this port."""
    proxy = LyingProxy(target, tls=tls)
    handler = type("BoundHandler", (Handler,), {"proxy": proxy})
    with Proxying(("127.0.0.1", proxy.port), handler) as serving:
        if tls:
            serving.socket = tls.wrap_socket(serving.socket, server_side=True)
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        yield proxy
        proxy.find_again()
        serving.shutdown()
        thread.join()
