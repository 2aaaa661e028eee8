"""Where blobs lie: under the hash of their content, in a folder or in an S3-compatible store."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from flask import current_app

from server.core.errors import Misconfigured

if TYPE_CHECKING:
    from flask import Flask

    from server.config import Config

NAME_LENGTH = 64
EXTENSION = "minqing-blobs"


class BlobStore(Protocol):
    """What every store does. It knows neither types nor rights: a blob is opaque bytes."""

    def put(self, sha256: str, content: bytes) -> None:
        """Keep the content for good before returning; the same name always has the same content."""

    def get(self, sha256: str) -> bytes | None:
        """Return the content; None where there is none."""

    def delete(self, sha256: str) -> None:
        """Remove the blob, if it is there."""

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Yield each blob's name, and when it was written."""

    def probe(self) -> None:
        """Raise OSError where the store can't be written or reached."""


@dataclass(frozen=True)
class FolderStore:
    """Blobs as files `ab/cdef…` of a folder."""

    folder: Path

    def path(self, sha256: str) -> Path:
        """Return the blob's file."""
        return self.folder / sha256[:2] / sha256[2:]

    def put(self, sha256: str, content: bytes) -> None:
        """Write a file beside it, sync it, and rename it: there is never half a blob."""
        path = self.path(sha256)
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        draft = path.with_name(f".{secrets.token_hex(8)}")
        try:
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(path.parent)

    def get(self, sha256: str) -> bytes | None:
        """Return the file's content."""
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, sha256: str) -> None:
        """Remove the file."""
        self.path(sha256).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Yield the files; a draft that a crash left behind has no blob's name."""
        for path in sorted(self.folder.glob("??/*")):
            name = path.parent.name + path.name
            if len(name) == NAME_LENGTH:
                yield name, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def probe(self) -> None:
        """Make the folder, and write and remove a file in it."""
        self.folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        draft = self.folder / f".{secrets.token_hex(8)}"
        draft.touch()
        draft.unlink()


def sync_folder(folder: Path) -> None:
    """Bring the folder's entries to the disk, so that a power cut doesn't undo the rename."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def store_for(config: Config) -> BlobStore:
    """Return the store that the configuration names."""
    if not config.blobs.startswith("s3://"):
        return FolderStore(Path(config.blobs))
    try:
        from server.files.s3 import S3Store  # noqa: PLC0415 - its client is an extra, and slow to load
    except ImportError as error:
        message = "MINQING_BLOBS=s3://… 需要安装 minqing[s3] (boto3)"
        raise Misconfigured(message, field="MINQING_BLOBS") from error
    bucket, _, prefix = config.blobs.removeprefix("s3://").partition("/")
    return S3Store(bucket, prefix, config.blobs_endpoint)


def install(app: Flask, config: Config) -> None:
    """Give the app its store; nothing is opened before it is used."""
    app.extensions[EXTENSION] = store_for(config)


def current_store() -> BlobStore:
    """Return the app's store."""
    found: BlobStore = current_app.extensions[EXTENSION]
    return found
