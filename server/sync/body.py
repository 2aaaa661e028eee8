"""The body of a sync request: unpacked within bounds, and read even where one op in it is bad."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from server.core.errors import BadInput, TooMuch
from sync.messages import MOST_BYTES, MOST_OPS, Request, ShapeError, TooManyOps, read_request

if TYPE_CHECKING:
    from flask import Request as HttpRequest

MEBIBYTE = 1024 * 1024
MOST_VALUES = 1_200_000  # in a request; the largest op, of 1 MiB, can't have so many
GZIP = 16 + zlib.MAX_WBITS  # zlib's way to say: with a gzip header
WIDEST_INTEGER_DIGITS = 18  # what 64 bits always hold


@dataclass(frozen=True, slots=True)
class Body:
    """A request; `is_suspect` where its text may hold what can't be stored (see unwritable)."""

    request: Request
    is_suspect: bool


class BadBody(BadInput):
    """The body can't be read at all, so nothing in it was looked at."""

    status, code = 400, "malformed"


class UnknownEncoding(BadInput):
    """The body is packed in a way the server doesn't know."""

    status, code = 415, "unknown_encoding"


def read_body(http: HttpRequest) -> Body:
    """Return the request in the body; BadBody, TooMuch or BadInput say what is wrong with it."""
    text = unpacked(http)
    refuse_crowd(text)
    value, is_suspect = parsed(text)
    try:
        return Body(read_request(value), is_suspect)
    except TooManyOps as error:
        raise TooMuch(error.message, field=error.field, limit=MOST_OPS) from error
    except ShapeError as error:
        kind = BadBody if error.code == "too_deep" else BadInput
        raise kind(error.message, code=error.code, field=error.field) from error


def unpacked(http: HttpRequest) -> bytes:
    """Return the body, unpacked from gzip where it says so, of at most 8 MiB (rule P10)."""
    if (http.content_length or 0) > MOST_BYTES:
        raise too_large()
    sent = http.stream.read(MOST_BYTES + 1)
    if len(sent) > MOST_BYTES:
        raise too_large()
    encoding = http.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding == "identity":
        return sent
    if encoding != "gzip":
        raise UnknownEncoding("请求内容的压缩方式不受支持，请用 gzip")
    unpacking = zlib.decompressobj(GZIP)
    try:
        text = unpacking.decompress(sent, MOST_BYTES + 1)
    except zlib.error as error:
        raise BadBody("请求内容的 gzip 数据损坏", code="malformed_gzip") from error
    if len(text) > MOST_BYTES:
        raise too_large()
    if not unpacking.eof:
        raise BadBody("请求内容的 gzip 数据不完整", code="malformed_gzip")
    return text


def refuse_crowd(text: bytes) -> None:
    """Refuse JSON of more values than memory should be given for; no shorter one can have them.

    Eight MiB of empty objects would take thirty times as much.
    """
    if len(text) > MOST_VALUES and sum(map(text.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise TooMuch(f"一次最多上传 {MOST_VALUES} 个数据项", limit=MOST_VALUES)


def too_large() -> TooMuch:
    """Return the refusal of a body over the limit."""
    return TooMuch(f"一次最多上传 {MOST_BYTES // MEBIBYTE} MiB", limit=MOST_BYTES)


def parsed(text: bytes) -> tuple[Any, bool]:
    """Return the JSON value, and whether it may hold what can't be stored.

    orjson refuses a whole body for one NaN or one lone surrogate; then the tolerant parser of the
    standard library reads it, so that only the op which holds it is quarantined (rule P2).
    """
    try:
        return orjson.loads(text), b"\\u0000" in text
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(text.decode(), parse_int=_integer), True
    except json.JSONDecodeError as error:
        raise BadBody(
            f"请求内容不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 列",
            code="malformed_json",
            position=error.pos,
        ) from error
    except UnicodeDecodeError as error:
        message = f"请求内容不是 UTF-8：第 {error.start} 字节"
        raise BadBody(message, code="malformed_json", position=error.start) from error
    except RecursionError as error:
        raise BadBody("请求内容嵌套过深", code="too_deep") from error


def _integer(digits: str) -> int | float:
    """Return an integer that 64 bits hold, else the double that JavaScript would read."""
    return int(digits) if len(digits) <= WIDEST_INTEGER_DIGITS else float(digits)
