"""Rules of files: what may be uploaded, how large, how long an unfinished upload is kept."""

from __future__ import annotations

import hashlib
from datetime import timedelta

MOST_BYTES = 1024 * 1024  # a file
MOST_OPEN = 20  # unfinished uploads of one account
MOST_OPEN_BYTES = 10 * MOST_BYTES  # their announced lengths together
LIFETIME = timedelta(days=3)  # of an upload, whether it was finished or not
ALGORITHMS = ("sha1", "sha256")  # of the checksum extension
MAGIC = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
SUFFIXES = {"image/jpeg": "jpg", "image/png": "png"}


def is_of_type(content: bytes, media_type: str) -> bool:
    """Return whether the content begins as its type does; nothing is decoded, so no bomb goes off."""
    return content.startswith(MAGIC[media_type])


def has_hash(content: bytes, sha256: str) -> bool:
    """Return whether the content is what the name says (rule F4)."""
    return hashlib.sha256(content).hexdigest() == sha256


def checksum_fits(content: bytes, algorithm: str, digest: bytes) -> bool:
    """Return whether a chunk has the digest that was sent with it."""
    return hashlib.new(algorithm, content, usedforsecurity=False).digest() == digest
