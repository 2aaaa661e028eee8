"""What every request and every answer must obey: origin, size, headers, a log without persons."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, g, request
from werkzeug.exceptions import LengthRequired

from server.core.errors import Forbidden, TooMuch

if TYPE_CHECKING:
    from flask import Flask, Response

View = TypeVar("View", bound=Callable[..., Any])
# The largest spreadsheet that is taken, and what multipart adds to it; sync has a limit of its own.
MAX_BODY_BYTES = 20 * 1024 * 1024 + 64 * 1024
SANDBOX = "default-src 'none'; sandbox"  # of a file that somebody has sent: it is looked at, never run
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

PROXY_HINT = "behind a proxy that speaks TLS, MINQING_BEHIND_PROXY=1 is needed"

log = logging.getLogger("minqing")
access_log = logging.getLogger("minqing.access")


def install(app: Flask) -> None:
    """Register the checks before, and the headers and the log line after each request."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.before_request(start_clock)
    app.before_request(refuse_large_body)
    app.before_request(refuse_foreign_origin)
    app.after_request(write_access_log)
    app.after_request(add_headers)


def silent(view: View) -> View:
    """Mark the view as one whose requests are anonymous: no session is read, no line is logged."""
    view.is_silent = True  # type: ignore[attr-defined] # Flask's own way of marking views
    return view


def is_silent() -> bool:
    """Return whether the request is for such a view."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "is_silent", False)


def is_api() -> bool:
    """Return whether the request is for the API, not for the PWA's files."""
    return request.path == "/api" or request.path.startswith("/api/")


def start_clock() -> None:
    """Remember when the request began."""
    g.started = time.monotonic()


def refuse_large_body() -> None:
    """Refuse a body by its announced length, before any of it is read; one without, too.

    Werkzeug would cut a longer chunked body at the limit and hand on what is left.
    """
    if "Transfer-Encoding" in request.headers:
        raise LengthRequired
    if (request.content_length or 0) > MAX_BODY_BYTES:
        message = f"请求内容超过 {MAX_BODY_BYTES // 1024 // 1024} MB"
        raise TooMuch(message, limit=MAX_BODY_BYTES)


def refuse_foreign_origin() -> None:
    """Refuse a changing request without our header, or whose Origin isn't this server's."""
    if request.method in SAFE_METHODS or not is_api():
        return
    origin = request.headers.get("Origin")
    own = {f"{request.scheme}://{request.host}", current_app.config["PUBLIC_URL"]}
    if request.headers.get("X-Minqing") != "1" or (origin is not None and origin not in own):
        log.warning("refused the origin %s, own are %s; %s", origin, own, PROXY_HINT)
        message = "请求来源不正确, 请从本系统的网址打开"
        raise Forbidden(message, code="bad_origin")


def add_headers(response: Response) -> Response:
    """Add the security headers; what the API answers is stored nowhere, unless it says itself how."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if is_api():
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def write_access_log(response: Response) -> Response:
    """Log method, route, status, time and size: no address, no account, no id, no query."""
    if is_silent():
        return response
    rule = request.url_rule.rule if request.url_rule else "-"
    took = (time.monotonic() - g.get("started", time.monotonic())) * 1000
    size = response.content_length if response.content_length is not None else "-"
    access_log.info("%s %s %s %.0fms %s", request.method, rule, response.status_code, took, size)
    return response
