"""Blobs: read by whoever reads a scope for which they were uploaded (rule F5), and looked after."""

from __future__ import annotations

import logging
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.core.access import Access
from server.core.database import reading, writing
from server.core.errors import NotFound
from server.files import rules
from server.files.models import Blob, BlobScope
from server.files.store import BlobStore, current_store

log = logging.getLogger("minqing")


@dataclass(frozen=True)
class File:
    """A blob with its type."""

    sha256: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Broken:
    """A blob that isn't in the store, or not as it was."""

    sha256: str
    why: Literal["missing", "changed"]


def file_of(access: Access, sha256: str) -> File:
    """Return the file; NotFound where there is none, or none that the account may know of."""
    with reading() as session:
        blob = session.get(Blob, sha256)
        readers = set(session.scalars(select(BlobScope.scope_id).where(BlobScope.sha256 == sha256)))
        media_type = blob.media_type if blob else ""
    if blob is None or readers.isdisjoint(access.readable):
        raise NotFound("照片尚未上传", code="file_unknown")
    content = current_store().get(sha256)
    if content is None:
        log.error("a blob is missing from the store")
        raise NotFound("照片尚未上传", code="file_unknown")
    return File(sha256, media_type, content)


def broken_blobs(session: Session, store: BlobStore) -> Iterator[Broken]:
    """Yield every blob whose content is missing or isn't that of its name, for `minqing verify`."""
    for sha256 in session.scalars(select(Blob.sha256).order_by(Blob.sha256)):
        content = store.get(sha256)
        if content is None:
            yield Broken(sha256, "missing")
        elif not rules.has_hash(content, sha256):
            yield Broken(sha256, "changed")


def remove_unnamed(store: BlobStore, named: Container[str], before: datetime) -> int:
    """Return how many blobs written before then were removed because no record names them.

    `named` are the hashes that records name, read after `before`: what was uploaded since may belong
    to a record that is still to come.
    """
    removed = 0
    with reading() as session:
        young = set(session.scalars(select(Blob.sha256).where(Blob.created_at >= before)))
    for sha256, written_at in store.names():
        if written_at >= before or sha256 in named or sha256 in young:
            continue
        with writing() as session:
            session.execute(delete(Blob).where(Blob.sha256 == sha256, Blob.created_at < before))
        store.delete(sha256)
        removed += 1
    return removed


def follow(session: Session, hashes: set[str], scope: str, account_id: str) -> None:
    """Let the readers of the scope read these blobs, too: the record that names them moves there.

    What hasn't arrived yet is uploaded for the scope its phone knew, and follows with the next move.
    """
    known = set(session.scalars(select(Blob.sha256).where(Blob.sha256.in_(hashes))))
    there = set(
        session.scalars(
            select(BlobScope.sha256).where(BlobScope.scope_id == scope, BlobScope.sha256.in_(hashes))
        )
    )
    session.add_all(
        BlobScope(sha256=sha256, scope_id=scope, account_id=account_id) for sha256 in sorted(known - there)
    )
