"""What tus 1.0.0 says in headers: core, creation, creation-with-upload, expiration, termination, checksum.

The method override of its core is left out: a GET that is meant as a PATCH would slip past the check
of the origin.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from marshmallow import fields, validate
from werkzeug.exceptions import ClientDisconnected

from server.core.errors import BadInput, TooMuch, UnknownMediaType, UnknownVersion
from server.core.fields import QuerySchema, Text, one_of
from server.files.rules import ALGORITHMS, MAGIC, MOST_BYTES

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Request

VERSION = "1.0.0"
OCTETS = "application/offset+octet-stream"
PIECE = 16 * 1024  # read at once; what came before a line broke is kept
ABILITIES = {
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,creation-with-upload,expiration,termination,checksum",
    "Tus-Max-Size": str(MOST_BYTES),
    "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
}


class MetadataSchema(QuerySchema):
    """`Upload-Metadata`: what the file is and who is to read it; other keys are passed over."""

    sha256 = fields.String(required=True, validate=validate.Regexp("[0-9a-f]{64}\\Z", error="应为 SHA-256"))
    scope = Text(required=True, maximum=60)
    type = fields.String(required=True, validate=one_of(tuple(MAGIC)))


@dataclass(frozen=True)
class Announced:
    """An upload as it is announced."""

    length: int
    sha256: str
    scope: str
    media_type: str


@dataclass(frozen=True)
class Chunk:
    """What came in a request; `is_whole` unless the line broke. `checksum` is (algorithm, digest)."""

    content: bytes
    is_whole: bool = True
    checksum: tuple[str, bytes] | None = None


def check_version(http: Request) -> None:
    """Refuse with UnknownVersion a request of another version of tus."""
    if http.headers.get("Tus-Resumable") != VERSION:
        raise UnknownVersion(f"上传协议版本不受支持, 应为 tus {VERSION}")


def announced(http: Request) -> Announced:
    """Return what the request announces; refused by its length before anything else is looked at."""
    length = number(http, "Upload-Length")
    if length > MOST_BYTES:
        raise TooMuch(f"文件超过 {MOST_BYTES // 1024} KiB", field="Upload-Length", limit=MOST_BYTES)
    if length == 0:
        raise BadInput("文件是空的", field="Upload-Length")
    known = MetadataSchema().load(metadata(http.headers.get("Upload-Metadata", "")))
    return Announced(length, known["sha256"], known["scope"], known["type"])


def metadata(text: str) -> dict[str, str]:
    """Return the pairs of `key base64,key base64`."""
    pairs = (pair.strip().partition(" ") for pair in text.split(",") if pair.strip())
    try:
        return {key: b64decode(value, validate=True).decode() for key, _, value in pairs}
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadInput("元数据不正确", field="Upload-Metadata") from error


def number(http: Request, name: str) -> int:
    """Return the header as a whole number."""
    text = http.headers.get(name, "")
    if not (text.isascii() and text.isdecimal()):
        raise BadInput(f"{name} 应为整数", field=name)
    return int(text)


def chunk(http: Request) -> Chunk:
    """Return the body; of one whose line broke, what came of it."""
    if (http.content_length or 0) > MOST_BYTES:
        raise TooMuch(f"一次最多上传 {MOST_BYTES // 1024} KiB", limit=MOST_BYTES)
    if http.mimetype != OCTETS:
        raise UnknownMediaType(f"内容类型应为 {OCTETS}")
    checksum = checksum_of(http.headers.get("Upload-Checksum"))
    parts: list[bytes] = []
    try:
        while piece := http.stream.read(PIECE):
            parts.append(piece)
    except ClientDisconnected:
        return Chunk(b"".join(parts), is_whole=False, checksum=checksum)
    return Chunk(b"".join(parts), checksum=checksum)


def checksum_of(text: str | None) -> tuple[str, bytes] | None:
    """Return the algorithm and the digest of `Upload-Checksum`."""
    if text is None:
        return None
    algorithm, _, digest = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadInput("校验算法不受支持", field="Upload-Checksum")
    try:
        return algorithm, b64decode(digest, validate=True)
    except binascii.Error as error:
        raise BadInput("校验值不正确", field="Upload-Checksum") from error


def state(offset: int, expires_at: datetime) -> dict[str, str]:
    """Return the headers that say how far an upload is, and how long it is kept."""
    expires = expires_at.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return {"Upload-Offset": str(offset), "Upload-Expires": expires}
