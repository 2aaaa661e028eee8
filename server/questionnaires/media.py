"""The files that a version of a questionnaire names: kept in the blob store, under their names."""

from __future__ import annotations

import csv
import hashlib
import re
from io import StringIO
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.database import now
from server.core.errors import BadInput, Clash, NotFound, TooMuch
from server.files.models import Blob
from server.files.rules import MAGIC, is_of_type
from server.files.store import current_store
from server.questionnaires.models import QuestionnaireMedia, QuestionnaireVersion, SurveyRound

MOST_BYTES = 5 * 1024 * 1024
MOST_FILES = 100
TYPES = {
    "csv": "text/csv",
    "xml": "application/xml",
    "geojson": "application/geo+json",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
}
_NAME = re.compile(r"[\w\-. ()]{1,100}\.(\w{2,7})")
_NAMED = re.compile(r"jr://(?:images|audio|video|file|file-csv)/([^\"'<>&]+)")


def put(session: Session, of: QuestionnaireVersion, name: str, content: bytes) -> dict[str, Any]:
    """Return the stored file. Refused where a round of the version is no draft any more."""
    began = session.scalar(
        select(SurveyRound.id).where(SurveyRound.version_id == of.id, SurveyRound.state != "draft").limit(1)
    )
    if began is not None:
        raise Clash("这一版已经用于问卷轮次, 附件不能再改。请另存一版", code="version_in_use")
    count = len(of_versions(session, [of.id]).get(of.id, ()))
    if count >= MOST_FILES:
        raise TooMuch(f"一份问卷最多 {MOST_FILES} 个附件", field="file", limit=MOST_FILES)
    check(name, content)
    return as_json(keep(session, of.id, name, content))


def check(name: str, content: bytes) -> None:
    """Refuse a name or content that can't be what it says."""
    media_type = type_of(name)
    if len(content) > MOST_BYTES:
        raise TooMuch(f"附件超过 {MOST_BYTES // 1024 // 1024} MB", field="file", limit=MOST_BYTES)
    if not content:
        raise BadInput("附件是空的", code="bad_file", field="file")
    if media_type in MAGIC and not is_of_type(content, media_type):
        raise BadInput("附件的内容与文件名不符", code="bad_file", field="file")
    if media_type in {"text/csv", "application/xml", "application/geo+json"}:
        check_text(media_type, content)


def check_text(media_type: str, content: bytes) -> None:
    """Refuse a text that can't be read; entities in XML are never followed."""
    try:
        text = content.decode("utf-8-sig")
        if media_type == "application/xml":
            ElementTree.fromstring(text, forbid_dtd=True)
        elif media_type == "text/csv":
            list(csv.reader(StringIO(text), strict=True))
    except (UnicodeDecodeError, ElementTree.ParseError, DefusedXmlException, csv.Error) as error:
        message = "附件读不懂。CSV 和 XML 须为 UTF-8 编码, XML 不能有 DTD"
        raise BadInput(message, code="bad_file", field="file") from error


def type_of(name: str) -> str:
    """Return the media type of the name; BadInput for one that isn't taken."""
    match = _NAME.fullmatch(name)
    media_type = TYPES.get(match[1].lower()) if match else None
    if media_type is None:
        raise BadInput(f"附件只能是 {'、'.join(TYPES)} 文件", code="bad_name", field="name")
    return media_type


def keep(session: Session, version_id: str, name: str, content: bytes) -> QuestionnaireMedia:
    """Return the file, stored under its hash and named by the version."""
    sha256 = hashlib.sha256(content).hexdigest()
    current_store().put(sha256, content)
    if session.get(Blob, sha256) is None:
        session.add(Blob(sha256=sha256, media_type=type_of(name), bytes=len(content), created_at=now()))
    made = session.get(QuestionnaireMedia, (version_id, name)) or QuestionnaireMedia(
        version_id=version_id, name=name
    )
    made.sha256, made.media_type, made.size = sha256, type_of(name), len(content)
    session.add(made)
    session.flush()
    return made


def inherit(session: Session, questionnaire_id: str, new: QuestionnaireVersion) -> None:
    """Let the new version name the files of the one before, where it still wants them."""
    before = session.scalar(
        select(QuestionnaireVersion.id).where(
            QuestionnaireVersion.questionnaire_id == questionnaire_id,
            QuestionnaireVersion.number == new.number - 1,
        )
    )
    wanted = named(new.xform)
    for one in of_versions(session, [before]).get(before, ()) if before else ():
        if one.name in wanted:
            session.add(
                QuestionnaireMedia(
                    version_id=new.id,
                    name=one.name,
                    sha256=one.sha256,
                    media_type=one.media_type,
                    size=one.size,
                )
            )
    session.flush()


def named(xform: str) -> set[str]:
    """Return the names of the files that the form wants; what was answered before is no file."""
    return {name for name in _NAMED.findall(xform) if _NAME.fullmatch(name)}


def missing(session: Session, of: QuestionnaireVersion) -> list[str]:
    """Return the names of the files that the form wants and that aren't there."""
    there = {one.name for one in of_versions(session, [of.id]).get(of.id, ())}
    return sorted(named(of.xform) - there)


def of_versions(session: Session, version_ids: list[str]) -> dict[str, list[QuestionnaireMedia]]:
    """Return the files of the versions, by their names."""
    found: dict[str, list[QuestionnaireMedia]] = {}
    rows = session.scalars(
        select(QuestionnaireMedia)
        .where(QuestionnaireMedia.version_id.in_(version_ids))
        .order_by(QuestionnaireMedia.name)
    )
    for one in rows:
        found.setdefault(one.version_id, []).append(one)
    return found


def read(session: Session, version_id: str, name: str) -> tuple[QuestionnaireMedia, bytes]:
    """Return the file and its content; NotFound where there is none."""
    one = session.get(QuestionnaireMedia, (version_id, name))
    content = current_store().get(one.sha256) if one else None
    if one is None or content is None:
        raise NotFound("没有这个附件", code="file_unknown")
    return one, content


def named_files(session: Session) -> set[str]:
    """Return the hashes of all files that versions name, which are never cleared away."""
    return set(session.scalars(select(QuestionnaireMedia.sha256)))


def as_json(one: QuestionnaireMedia) -> dict[str, Any]:
    """Return the file as it is answered."""
    return {"name": one.name, "sha256": one.sha256, "size": one.size, "media_type": one.media_type}
