"""The PWA's files: precompressed, cached for ever where the name carries a hash, else checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, request, send_file
from werkzeug.exceptions import NotFound
from werkzeug.routing import PathConverter
from werkzeug.security import safe_join

if TYPE_CHECKING:
    from flask import Flask

IMMUTABLE = "public, max-age=31536000, immutable"
CHECKED = "no-cache"
# Debian's mime.types may be missing or old; a module with a wrong type isn't run by any browser.
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
SUFFIXES = {"br": ".br", "gzip": ".gz"}


class OutsideApi(PathConverter):
    """Any path but /api and what lies beneath it, so that a wrong API address is a plain 404."""

    regex = r"(?!api(?:/|$))[^/].*?"


def install(app: Flask, folder: Path) -> None:
    """Serve the folder at every address outside /api; pages of the app answer with index.html."""

    def serve(path: str = "") -> Response:
        return answer(folder, path)

    app.url_map.converters["outside_api"] = OutsideApi
    app.add_url_rule("/", "static", serve, methods=["GET"])
    app.add_url_rule("/<outside_api:path>", "static_file", serve, methods=["GET"])


def answer(folder: Path, path: str) -> Response:
    """Return the file in the best encoding that the browser takes; NotFound where there is none."""
    file = found(folder, path)
    encoding = encoding_for(file)
    chosen = file if encoding is None else encoded(file, encoding)
    response = send_file(chosen, mimetype=TYPES.get(file.suffix, "application/octet-stream"))
    if encoding is not None:
        response.headers["Content-Encoding"] = encoding
    if len(encodings_of(file)) > 0:
        response.headers["Vary"] = "Accept-Encoding"
    hashed = file.parent != folder and file.parent.name == "assets"
    response.headers["Cache-Control"] = IMMUTABLE if hashed else CHECKED
    return response


def found(folder: Path, path: str) -> Path:
    """Return the file of the path; a path without an extension is a page of the app."""
    name = path if "." in path.rpartition("/")[2] else "index.html"
    joined = safe_join(str(folder), name)
    if joined is None or not Path(joined).is_file():
        raise NotFound
    return Path(joined)


def encoding_for(file: Path) -> str | None:
    """Return `br` or `gzip` where the browser takes it and the build made it, `br` preferred."""
    accepted = request.accept_encodings
    stored = encodings_of(file)
    return max(
        (name for name in stored if accepted[name] > 0),
        key=lambda name: (accepted[name], name == "br"),
        default=None,
    )


def encodings_of(file: Path) -> list[str]:
    """Return the encodings in which the build stored the file."""
    return [name for name in SUFFIXES if encoded(file, name).is_file()]


def encoded(file: Path, encoding: str) -> Path:
    """Return the path of the precompressed file."""
    return file.with_name(file.name + SUFFIXES[encoding])
