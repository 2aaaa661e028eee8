"""Every refusal and every failure, answered as `application/problem+json`."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

import orjson
from flask import Response, current_app
from marshmallow import ValidationError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from server.core.api import refused
from server.core.errors import MinqingError, Unavailable

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger("minqing")

TITLES = {
    400: ("bad_request", "请求不正确"),
    404: ("not_found", "没有这个地址"),
    405: ("method_not_allowed", "这个地址不支持该操作"),
    408: ("timeout", "请求超时"),
    411: ("length_required", "请求缺少长度"),
    413: ("too_much", "请求内容过大"),
    414: ("too_much", "请求地址过长"),
    415: ("unsupported_media_type", "不支持这种内容类型"),
    416: ("bad_range", "请求的范围不存在"),
    431: ("too_much", "请求头过大"),
}
BUSY_RETRY_SECONDS = 5


def install(app: Flask) -> None:
    """Register the handlers with the app."""
    app.register_error_handler(MinqingError, of_ours)
    app.register_error_handler(ValidationError, of_schema)
    app.register_error_handler(OperationalError, of_database)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(Exception, of_bug)


def of_ours(error: MinqingError) -> Response:
    """Return the problem of one of our own errors; `retry_after` becomes the header too."""
    headers = {}
    if "retry_after" in error.extra:
        headers["Retry-After"] = str(error.extra["retry_after"])
    return answer(error.problem(), headers)


def of_schema(error: ValidationError) -> Response:
    """Return the problem of a schema that was loaded outside the argument parser."""
    return of_ours(refused(error.messages))


def of_database(error: OperationalError) -> Response:
    """Return 503: the database is locked, full, read-only or away; the request may come again."""
    log.error("database: %s", error.orig)
    message = "服务器暂时无法读写数据, 请稍后再试"
    return of_ours(Unavailable(message, code="database_unavailable", retry_after=BUSY_RETRY_SECONDS))


def of_http(error: HTTPException) -> Response:
    """Return the problem of an HTTP error raised by Flask or Werkzeug.

    A redirect stays one, and so does an answer that was made already, as Flask-Limiter's is.
    """
    status = error.code or 500
    if status < 400 or error.response is not None:  # noqa: PLR2004 - where errors begin
        response = error.get_response()
        return Response(response.get_data(), status, response.headers)
    code, title = TITLES.get(status, ("internal" if status >= 500 else "bad_request", error.name))  # noqa: PLR2004
    body: dict[str, object] = {
        "type": f"urn:minqing:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
    }
    if isinstance(error, RequestEntityTooLarge):
        body["limit"] = current_app.config["MAX_CONTENT_LENGTH"]
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Content-Range"}}
    return answer(body, headers)


def of_bug(error: Exception) -> Response:
    """Return 500 with a reference that stands beside the traceback in the log."""
    reference = secrets.token_hex(4)
    log.error("error %s", reference, exc_info=error)
    message = f"服务器内部错误, 编号 {reference}"
    return of_ours(MinqingError(message, reference=reference))


def answer(body: dict[str, object], headers: dict[str, str]) -> Response:
    """Return the response of a problem body."""
    status = body["status"]
    assert isinstance(status, int)  # noqa: S101 - our own tree sets it
    return Response(orjson.dumps(body), status, headers, mimetype="application/problem+json")
