"""Errors: one tree, answered as `application/problem+json` (RFC 9457).

MinqingError                 500 internal
├── BadInput                 422 invalid_input, with the field
│   ├── TooMuch              413 too_much, with the limit
│   ├── UnknownMediaType     415 unknown_media_type
│   └── ChecksumMismatch     460 checksum_mismatch, as tus has it
├── UnknownVersion           412 unknown_version, of a protocol beside our own
├── Unauthenticated          401 unauthenticated
├── Forbidden                403 forbidden
├── NotFound                 404 not_found
├── Clash                    409 clash
├── TooOften                 429 too_many_attempts, with Retry-After
├── Unavailable              503 unavailable, with Retry-After
└── Misconfigured            500 misconfigured, with the variable; said on the command line

Rules and domains raise these; the HTTP codes live here only. `message` is Chinese, for the
person; `code` is stable, for the program; `field` names the field or the row that is wrong.
"""

from __future__ import annotations


class MinqingError(Exception):
    """Something a caller can be told about."""

    status = 500
    code = "internal"

    def __init__(
        self, message: str, *, code: str | None = None, field: str | None = None, **extra: object
    ) -> None:
        """Keep the message (Chinese), the code, the field and further members of the problem."""
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.field = field
        self.extra = extra

    def problem(self) -> dict[str, object]:
        """Return the RFC 9457 body: type, title, status, code, detail, field and extras."""
        body: dict[str, object] = {
            "type": f"urn:minqing:problem:{self.code}",
            "title": self.message,
            "status": self.status,
            "code": self.code,
        }
        if self.field is not None:
            body["field"] = self.field
        return body | self.extra


class BadInput(MinqingError):
    """What was sent can't be taken; `field` says which part."""

    status, code = 422, "invalid_input"


class TooMuch(BadInput):
    """What was sent is larger than the limit, which the problem names."""

    status, code = 413, "too_much"


class UnknownMediaType(BadInput):
    """What was sent is of a type that isn't taken here."""

    status, code = 415, "unknown_media_type"


class ChecksumMismatch(BadInput):
    """What came isn't what was announced; it was thrown away."""

    status, code = 460, "checksum_mismatch"


class UnknownVersion(MinqingError):
    """The request speaks a version of its protocol that the server doesn't."""

    status, code = 412, "unknown_version"


class Unauthenticated(MinqingError):
    """No session, or one that has ended."""

    status, code = 401, "unauthenticated"


class Forbidden(MinqingError):
    """The account may not do this."""

    status, code = 403, "forbidden"


class NotFound(MinqingError):
    """There is no such thing, or none that this account may know of."""

    status, code = 404, "not_found"


class Clash(MinqingError):
    """What is there already contradicts what was asked."""

    status, code = 409, "clash"


class TooOften(MinqingError):
    """Asked too often; `retry_after` is in seconds."""

    status, code = 429, "too_many_attempts"


class Unavailable(MinqingError):
    """The server can't do it now; `retry_after` is in seconds."""

    status, code = 503, "unavailable"


class Misconfigured(MinqingError):
    """The installation can't run as it is set; `field` is the variable or file."""

    code = "misconfigured"
