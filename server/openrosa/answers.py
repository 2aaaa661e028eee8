"""What OpenRosa clients are answered: XML, with the headers that the specification wants."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from flask import Response, request
from werkzeug.http import http_date

from server.core.errors import MinqingError

VERSION = "1.0"
MOST_BYTES = 1024 * 1024  # a submission; our named answers have no attachments
XML = "text/xml; charset=utf-8"
_HEAD = "<?xml version='1.0' encoding='UTF-8'?>\n"


@dataclass(frozen=True)
class Listed:
    """A form in the list."""

    id: str
    name: str
    version: str
    content: bytes
    has_files: bool


@dataclass(frozen=True)
class ListedFile:
    """A file in a manifest; the hash is its MD5, as the specification has it."""

    name: str
    content: bytes


def md5(content: bytes) -> str:
    """Return the hash by which a client knows whether it has the file."""
    return "md5:" + hashlib.md5(content, usedforsecurity=False).hexdigest()


def form_list(forms: Iterable[Listed]) -> str:
    """Return the list of forms."""
    return (
        f'{_HEAD}<xforms xmlns="http://openrosa.org/xforms/xformsList">{"".join(map(_form, forms))}</xforms>'
    )


def _form(one: Listed) -> str:
    base = f"{request.url_root}openrosa/forms/{one.id}"
    parts = {
        "formID": one.id,
        "name": one.name,
        "version": one.version,
        "hash": md5(one.content),
        "downloadUrl": f"{base}/form.xml",
    }
    if one.has_files:
        parts["manifestUrl"] = f"{base}/manifest"
    return f"<xform>{''.join(f'<{tag}>{escape(text)}</{tag}>' for tag, text in parts.items())}</xform>"


def manifest(form_id: str, files: Iterable[ListedFile]) -> str:
    """Return the list of a form's files."""
    base = f"{request.url_root}openrosa/forms/{form_id}/media/"
    items = "".join(
        f"<mediaFile><filename>{escape(one.name)}</filename><hash>{md5(one.content)}</hash>"
        f"<downloadUrl>{escape(base + one.name)}</downloadUrl></mediaFile>"
        for one in files
    )
    return f'{_HEAD}<manifest xmlns="http://openrosa.org/xforms/xformsManifest">{items}</manifest>'


def message(text: str, nature: str) -> str:
    """Return the answer to a submission."""
    body = f"<message nature={quoteattr(nature)}>{escape(text)}</message>"
    return f'{_HEAD}<OpenRosaResponse xmlns="http://openrosa.org/http/response">{body}</OpenRosaResponse>'


def of_error(error: MinqingError) -> Response:
    """Return a refusal as a client shows it; where nobody has signed in, with the way to do so."""
    response = Response(message(error.message, f"error {error.code}"), error.status, mimetype=None)
    response.headers["Content-Type"] = XML
    if error.status == 401:  # noqa: PLR2004 - not signed in
        response.headers["WWW-Authenticate"] = 'Basic realm="Minqing", charset="UTF-8"'
    if "retry_after" in error.extra:
        response.headers["Retry-After"] = str(error.extra["retry_after"])
    return response


def add_headers(response: Response) -> Response:
    """Add what every answer of an OpenRosa server carries."""
    response.headers["X-OpenRosa-Version"] = VERSION
    response.headers["X-OpenRosa-Accept-Content-Length"] = str(MOST_BYTES)
    response.headers["Date"] = http_date()
    response.headers.setdefault("Cache-Control", "no-store")
    return response
