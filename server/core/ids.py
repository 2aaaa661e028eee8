"""Ids made on the server."""

from __future__ import annotations

from uuid6 import uuid7


def new_id() -> str:
    """Return a new UUIDv7 as text: 36 characters, sorted by the time it was made."""
    return str(uuid7())
