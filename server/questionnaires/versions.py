"""Questionnaires and their versions: made by the authors of a community, read by its supervisors."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from server.core.access import SUPERVISORS, Access, Role
from server.core.database import now, reading, writing
from server.core.errors import BadInput, Clash, Forbidden, NotFound
from server.core.ids import new_id
from server.questionnaires import media
from server.questionnaires.models import Questionnaire, QuestionnaireMedia, QuestionnaireVersion
from server.questionnaires.records import TITLE_LENGTH

AUTHORS = frozenset({Role.SURVEY_ADMIN, Role.SECRETARY})
READERS = AUTHORS | SUPERVISORS
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
Made = dict[str, Any]  # what `authoring.running` returns


@dataclass(frozen=True)
class Sent:
    """A form as it was sent: what was made of it, and its workbook."""

    made: Made
    sheet: bytes


def require_author(access: Access) -> str:
    """Return the community for which the account writes questionnaires; Forbidden for others."""
    access.require(*AUTHORS)
    if access.community_id is None:
        raise Forbidden("问卷属于社区, 请用社区的账号编写")
    return access.community_id


def create(access: Access, sent: Sent) -> Made:
    """Return the new questionnaire's id and version; Clash where the community has the same one."""
    community, sha256 = require_author(access), sha256_of(sent)
    title = title_of(sent)
    with writing() as session:
        same = session.scalar(
            select(Questionnaire)
            .join(QuestionnaireVersion, QuestionnaireVersion.questionnaire_id == Questionnaire.id)
            .where(
                Questionnaire.unit_id == community,
                Questionnaire.archived_at.is_(None),
                QuestionnaireVersion.sha256 == sha256,
            )
            .limit(1)
        )
        if same is not None:
            raise Clash(f"已经有这份问卷: {same.title}", code="same_form", id=same.id)
        made = Questionnaire(
            id=new_id(), unit_id=community, title=title, created_by=access.account_id, created_at=now()
        )
        session.add(made)
        session.flush()
        return added(session, access, made, sent)


def add_version(access: Access, questionnaire_id: str, sent: Sent) -> Made:
    """Return the questionnaire's id and its new version.

    Clash where it is as the last one, or says the same version as an earlier one and isn't.
    """
    require_author(access)
    with writing() as session:
        found = questionnaire(session, access, questionnaire_id)
        before = session.execute(
            select(QuestionnaireVersion.number, QuestionnaireVersion.sha256, QuestionnaireVersion.rows)
            .where(QuestionnaireVersion.questionnaire_id == found.id)
            .order_by(QuestionnaireVersion.number.desc())
        ).all()
        if before and before[0].sha256 == sha256_of(sent):
            message = f"内容与第 {before[0].number} 版完全相同"
            raise Clash(message, code="same_version", number=before[0].number)
        said = sent.made["version"]
        for number, _, rows in before:
            if said and version_of(rows) == said:
                message = f"第 {number} 版的 version 也是“{said}”, 请改 settings 里的 version"
                raise Clash(message, code="same_version", number=number)
        found.title = title_of(sent)
        return added(session, access, found, sent)


def added(session: Session, access: Access, of: Questionnaire, sent: Sent) -> Made:
    """Return the ids of the questionnaire and its new version; a version's media come along."""
    last = select(func.max(QuestionnaireVersion.number)).where(QuestionnaireVersion.questionnaire_id == of.id)
    number = (session.scalar(last) or 0) + 1
    version = QuestionnaireVersion(
        id=new_id(),
        questionnaire_id=of.id,
        number=number,
        title=of.title,
        xform=sent.made["xform"],
        sheet=sent.sheet,
        rows=sent.made["rows"],
        sha256=sha256_of(sent),
        created_by=access.account_id,
        created_at=now(),
    )
    session.add(version)
    session.flush()
    media.inherit(session, of.id, version)
    if sent.made["itemsets"]:
        media.keep(session, version.id, "itemsets.csv", sent.made["itemsets"].encode())
    missing = media.missing(session, version)
    return {
        "id": of.id,
        "version": number,
        "version_id": version.id,
        "sha256": version.sha256,
        "warnings": sent.made["findings"],
        "missing_media": missing,
    }


def listed(access: Access) -> list[Made]:
    """Return the questionnaires that the account may see, with their versions, the newest first."""
    access.require(*READERS)
    with reading() as session:
        found = session.scalars(
            select(Questionnaire)
            .where(Questionnaire.unit_id.in_(access.units))
            .order_by(Questionnaire.created_at.desc())
        ).all()
        versions = session.scalars(
            select(QuestionnaireVersion)
            .where(QuestionnaireVersion.questionnaire_id.in_([one.id for one in found]))
            .options(*(defer(column) for column in HEAVY))
            .order_by(QuestionnaireVersion.number.desc())
        ).all()
        files = media.of_versions(session, [version.id for version in versions])
        return [
            as_json(one, [version for version in versions if version.questionnaire_id == one.id], files)
            for one in found
        ]


HEAVY = (QuestionnaireVersion.xform, QuestionnaireVersion.sheet, QuestionnaireVersion.rows)


def as_json(
    of: Questionnaire, versions: list[QuestionnaireVersion], files: dict[str, list[QuestionnaireMedia]]
) -> Made:
    """Return the questionnaire as it is answered."""
    return {
        "id": of.id,
        "title": of.title,
        "unit_id": of.unit_id,
        "created_at": of.created_at,
        "archived": of.archived_at is not None,
        "versions": [
            {
                "id": version.id,
                "number": version.number,
                "title": version.title,
                "sha256": version.sha256,
                "created_at": version.created_at,
                "media": [media.as_json(one) for one in files.get(version.id, ())],
            }
            for version in versions
        ],
    }


def archive(access: Access, questionnaire_id: str, *, archived: bool) -> None:
    """Put the questionnaire away, or take it out again; its rounds stay as they are."""
    require_author(access)
    with writing() as session:
        found = questionnaire(session, access, questionnaire_id)
        found.archived_at = now() if archived else None


def questionnaire(session: Session, access: Access, questionnaire_id: str) -> Questionnaire:
    """Return the questionnaire; NotFound where there is none that the account may know of."""
    found = session.get(Questionnaire, questionnaire_id)
    if found is None or found.unit_id not in access.units:
        raise NotFound("没有这份问卷")
    return found


def version(session: Session, access: Access, questionnaire_id: str, number: int) -> QuestionnaireVersion:
    """Return a version for its authors and supervisors."""
    access.require(*READERS)
    found = questionnaire(session, access, questionnaire_id)
    one = session.scalar(
        select(QuestionnaireVersion).where(
            QuestionnaireVersion.questionnaire_id == found.id, QuestionnaireVersion.number == number
        )
    )
    if one is None:
        raise NotFound("没有这一版问卷")
    return one


def readable(session: Session, access: Access, version_id: str) -> QuestionnaireVersion:
    """Return a version for whoever fills it in: every account of its community, and those above."""
    one = session.get(QuestionnaireVersion, version_id)
    unit = session.get_one(Questionnaire, one.questionnaire_id).unit_id if one else None
    if one is None or (unit != access.community_id and unit not in access.units):
        raise NotFound("没有这份问卷")
    return one


def sha256_of(sent: Sent) -> str:
    """Return the hash of the XForm; a form with an error has none and is refused."""
    if sent.made["xform"] is None:
        raise bad_form(sent.made)
    return hashlib.sha256(sent.made["xform"].encode()).hexdigest()


def bad_form(made: Made) -> BadInput:
    """Return the refusal of a form, with every finding."""
    errors = [one for one in made["findings"] if one["severity"] == "error"]
    warnings = [one for one in made["findings"] if one["severity"] != "error"]
    return BadInput(f"问卷有 {len(errors)} 处要改", code="bad_form", errors=errors, warnings=warnings)


def title_of(sent: Sent) -> str:
    """Return the form's title, fit to be stored."""
    return _CONTROL.sub(" ", sent.made["title"] or "").strip()[:TITLE_LENGTH] or "未命名问卷"


def version_of(rows: dict[str, Any]) -> str:
    """Return the version that the settings of stored rows say."""
    settings = (rows.get("settings") or [{}])[0]
    return str(settings.get("version") or "")
