"""A tus client for the tests: it says exactly what they want it to say."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from tests.server.photos import sha256

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.server.conftest import Client

VERSION = {"Tus-Resumable": "1.0.0"}
OCTETS = "application/offset+octet-stream"


def metadata(**values: str) -> str:
    """Return `Upload-Metadata`."""
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in values.items())


def checksum(algorithm: str, digest: bytes) -> dict[str, str]:
    """Return the header of the checksum extension."""
    return {"Upload-Checksum": f"{algorithm} {b64encode(digest).decode()}"}


class Tus:
    """Uploads of one account for one scope."""

    def __init__(self, client: Client, scope: str) -> None:
        """Keep the signed-in client."""
        self.client, self.scope = client, scope

    def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        **options: Any,  # noqa: ANN401 - werkzeug's own options
    ) -> TestResponse:
        """Return the answer; a header that is empty is left out."""
        said = {name: value for name, value in (VERSION | (headers or {})).items() if value}
        return self.client.request(method, path, headers=said, **options)

    def create(
        self,
        content: bytes,
        *,
        first: bytes = b"",
        headers: dict[str, str] | None = None,
        **known: Any,  # noqa: ANN401 - the metadata
    ) -> TestResponse:
        """Return the answer to the announcement of the content, with its first bytes."""
        known = {"sha256": sha256(content), "scope": self.scope, "type": "image/jpeg"} | known
        said = {"Upload-Length": str(len(content)), "Upload-Metadata": metadata(**known)}
        options = {"data": first, "content_type": OCTETS} if first else {}
        return self.ask("POST", "/api/files", said | (headers or {}), **options)

    def begin(self, content: bytes, *, first: bytes = b"", **known: Any) -> str:  # noqa: ANN401
        """Return the address of a new upload."""
        answer = self.create(content, first=first, **known)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer.headers["Location"]

    def send(
        self,
        place: str,
        offset: int,
        part: bytes,
        headers: dict[str, str] | None = None,
        **options: Any,  # noqa: ANN401
    ) -> TestResponse:
        """Return the answer to a part."""
        said = {"Upload-Offset": str(offset), "Content-Type": OCTETS} | (headers or {})
        return self.ask("PATCH", place, said, data=part, **options)

    def offset(self, place: str) -> int:
        """Return how far the upload is."""
        answer = self.ask("HEAD", place)
        assert answer.status_code == 200
        return int(answer.headers["Upload-Offset"])

    def upload(self, content: bytes, **known: Any) -> str:  # noqa: ANN401
        """Upload the content whole, and return its hash."""
        answer = self.create(content, first=content, **known)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        assert answer.headers["Upload-Offset"] == str(len(content))
        return sha256(content)

    def get(self, name: str, **options: Any) -> TestResponse:  # noqa: ANN401
        """Return the answer to the request for a file."""
        return self.client.get(f"/api/files/{name}", **options)
