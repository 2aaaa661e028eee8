"""Uploads: begun, continued, finished or ended. Parts wait in the database; only a whole file is stored.

So offset and bytes change together, whatever crashes, and any worker may take the next part. The
content is checked and stored before the offset says that all is there.
"""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.core.access import Access
from server.core.database import now, reading, writing
from server.core.errors import (
    BadInput,
    ChecksumMismatch,
    Clash,
    Forbidden,
    NotFound,
    TooMuch,
    TooOften,
    Unavailable,
)
from server.core.ids import new_id
from server.files import rules
from server.files.models import Blob, BlobScope, Upload, UploadPart
from server.files.store import current_store
from server.files.tus import Announced, Chunk

RETRY_SECONDS = 3_600  # of whoever left too many uploads unfinished
STORE_RETRY_SECONDS = 30


def begin(access: Access, asked: Announced) -> Upload:
    """Return a new upload. It takes the place of an unfinished one of the same file.

    Forbidden for a scope that the account neither writes in nor ever held: what was photographed
    while he held it may still come (rule P13). TooOften beyond the bounds of unfinished uploads.
    """
    if asked.scope not in access.writable | access.formerly:
        raise Forbidden("您不能在这里保存照片", code="scope_unknown")
    with writing() as session:
        session.execute(delete(Upload).where(Upload.expires_at <= now()))
        of_account = Upload.account_id == access.account_id
        is_open = Upload.offset < Upload.length
        session.execute(
            delete(Upload).where(
                of_account, is_open, Upload.sha256 == asked.sha256, Upload.scope_id == asked.scope
            )
        )
        count, length = session.execute(
            select(func.count(), func.coalesce(func.sum(Upload.length), 0)).where(of_account, is_open)
        ).one()
        if count >= rules.MOST_OPEN or length + asked.length > rules.MOST_OPEN_BYTES:
            raise TooOften("未完成的上传过多, 请稍后再试", code="too_many_uploads", retry_after=RETRY_SECONDS)
        upload = Upload(
            id=new_id(),
            account_id=access.account_id,
            sha256=asked.sha256,
            scope_id=asked.scope,
            media_type=asked.media_type,
            length=asked.length,
            offset=0,
            expires_at=now() + rules.LIFETIME,
        )
        session.add(upload)
        session.flush()
        session.expunge(upload)
    return upload


def look(access: Access, upload_id: str) -> Upload:
    """Return the account's own upload; NotFound for any other and for one that has expired."""
    with reading() as session:
        upload = own(session, access, upload_id)
        session.expunge(upload)
    return upload


def stop(access: Access, upload_id: str) -> None:
    """End the upload; what came of it is gone. A finished file stays."""
    with writing() as session:
        session.delete(own(session, access, upload_id))


def receive(access: Access, upload_id: str, offset: int, chunk: Chunk) -> Upload:
    """Return the upload after the chunk that begins at the offset.

    Clash `offset_mismatch` where the upload is elsewhere. ChecksumMismatch leaves it as it was when
    the chunk isn't what it should be, and ends it when the whole file isn't (rule F4).
    """
    if chunk.checksum is not None:
        if not chunk.is_whole:
            raise ChecksumMismatch("这一段没有完整到达, 请重新发送")
        if not rules.checksum_fits(chunk.content, *chunk.checksum):
            raise ChecksumMismatch("这一段的校验值不符, 请重新发送")
    upload = look(access, upload_id)
    check_place(upload, offset, chunk)
    if upload.is_finished:
        return upload
    if offset + len(chunk.content) == upload.length:
        finish(upload, chunk)
    else:
        append(upload, chunk)
    return look(access, upload_id)


def check_place(upload: Upload, offset: int, chunk: Chunk) -> None:
    """Refuse a chunk that doesn't continue the upload, or goes beyond its end."""
    if offset != upload.offset:
        raise Clash("上传位置不符, 请重新查询", code="offset_mismatch", offset=upload.offset)
    if offset + len(chunk.content) > upload.length:
        raise TooMuch("内容超过所声明的长度", limit=upload.length - offset)


def append(upload: Upload, chunk: Chunk) -> None:
    """Keep the chunk, and move the offset, both or neither."""
    if not chunk.content:
        return
    with writing() as session:
        still_at(session, upload).offset += len(chunk.content)
        session.add(UploadPart(upload_id=upload.id, start=upload.offset, content=chunk.content))


def finish(upload: Upload, chunk: Chunk) -> None:
    """Check and store the whole file; only then say that it is there."""
    with reading() as session:
        parts = session.scalars(
            select(UploadPart.content).where(UploadPart.upload_id == upload.id).order_by(UploadPart.start)
        ).all()
    content = b"".join([*parts, chunk.content])
    if not rules.has_hash(content, upload.sha256):
        discard(upload)
        raise ChecksumMismatch("文件与所声明的校验值不符, 请重新上传", field="sha256")
    if not rules.is_of_type(content, upload.media_type):
        discard(upload)
        raise BadInput("文件不是 JPEG 或 PNG 图片", code="not_an_image", field="type")
    try:
        current_store().put(upload.sha256, content)
    except OSError as error:
        message = "照片存储暂时不可用, 请稍后再试"
        raise Unavailable(message, code="store_unavailable", retry_after=STORE_RETRY_SECONDS) from error
    with writing() as session:
        still_at(session, upload).offset = upload.length
        session.execute(delete(UploadPart).where(UploadPart.upload_id == upload.id))
        register(session, upload)


def register(session: Session, upload: Upload) -> None:
    """Write that the blob is there, and for whose eyes; two phones may do so at once."""
    sha256, created_at = upload.sha256, now()
    blob = Blob(sha256=sha256, media_type=upload.media_type, bytes=upload.length, created_at=created_at)
    scope = BlobScope(sha256=sha256, scope_id=upload.scope_id, account_id=upload.account_id)
    insert_once(session, blob, sha256)
    insert_once(session, scope, (sha256, upload.scope_id))
    # Uploaded again, it is as young as a new one: see `blobs.remove_unnamed`.
    session.execute(update(Blob).where(Blob.sha256 == sha256).values(created_at=created_at))


def insert_once(session: Session, row: Blob | BlobScope, key: str | tuple[str, str]) -> None:
    """Insert the row, unless it is there or another transaction has just inserted it."""
    if session.get(type(row), key) is not None:
        return
    with suppress(IntegrityError), session.begin_nested():
        session.add(row)


def discard(upload: Upload) -> None:
    """Throw away what came."""
    with writing() as session:
        session.execute(delete(Upload).where(Upload.id == upload.id))


def still_at(session: Session, upload: Upload) -> Upload:
    """Return the upload, locked; Clash where another request has moved or ended it meanwhile."""
    found = session.get(Upload, upload.id, with_for_update=True)
    if found is None or found.offset != upload.offset:
        raise Clash("上传位置不符, 请重新查询", code="offset_mismatch")
    return found


def own(session: Session, access: Access, upload_id: str) -> Upload:
    """Return the account's upload."""
    upload = session.get(Upload, upload_id)
    if upload is None or upload.account_id != access.account_id or upload.expires_at <= now():
        raise NotFound("没有这个上传, 或已过期", code="upload_unknown")
    return upload
