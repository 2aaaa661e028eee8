"""The digest of a set of records, by which two replicas are compared (rule L8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict
from zlib import crc32


class Digest(TypedDict):
    """How many records there are, and the sum of the CRC-32 of `id:rev` over them."""

    count: int
    sum: int


def digest(records: Iterable[tuple[str, int]]) -> Digest:
    """Return the digest of records given as (id, rev), in whatever order."""
    count = total = 0
    for record_id, rev in records:
        count += 1
        total += crc32(f"{record_id}:{rev}".encode("ascii"))
    return {"count": count, "sum": total}
