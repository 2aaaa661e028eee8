"""Uploads under way, the blobs that came of them, and the scopes for which they were uploaded.

A blob is opaque bytes under the hash of these bytes; its media type stands here beside it and
never in the store. So a later layer can encrypt the bytes on the phone, and keys and types travel
with the records, while the store, the hashes and the rights stay as they are.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base


class Upload(Base):
    """A tus upload. A finished one stays until it expires, so that a lost answer can be asked for."""

    __tablename__ = "upload"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    scope_id: Mapped[str] = mapped_column(String(60))
    media_type: Mapped[str] = mapped_column(String(24))
    length: Mapped[int]
    offset: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (Index("upload_of_account", "account_id", "sha256"),)

    @property
    def is_finished(self) -> bool:
        """Whether every byte has come, and was found to be what was announced."""
        return self.offset == self.length


class UploadPart(Base):
    """What came of an upload in one request, from `start` on."""

    __tablename__ = "upload_part"
    upload_id: Mapped[str] = mapped_column(ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class Blob(Base):
    """A whole, checked file in the store."""

    __tablename__ = "blob"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(24))
    bytes: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(index=True)


class BlobScope(Base):
    """A scope whose readers may read the blob (rule F5)."""

    __tablename__ = "blob_scope"
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256", ondelete="CASCADE"), primary_key=True)
    scope_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36))
