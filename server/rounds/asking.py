"""What a resident's own phone reads by the code of a round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from server.core.database import reading
from server.core.errors import NotFound
from server.questionnaires import media
from server.questionnaires.models import QuestionnaireVersion, SurveyRound
from server.rounds.records import fields_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def by_code(session: Session, code: str) -> SurveyRound:
    """Return the round with the code; NotFound for none, or a draft."""
    found = session.scalar(select(SurveyRound).where(SurveyRound.code == code))
    if found is None or found.state == "draft":
        raise NotFound("没有这份问卷，请核对二维码")
    return found


def asked(code: str) -> dict[str, Any]:
    """Return what asking needs, and what came of it in the end."""
    with reading() as session:
        return fields_of(session, by_code(session, code))


def form(code: str) -> str:
    """Return the round's form."""
    with reading() as session:
        found = by_code(session, code)
        return session.get_one(QuestionnaireVersion, found.version_id).xform


def medium(code: str, name: str) -> tuple[str, bytes]:
    """Return the media type and the content of a file that the round's form names."""
    with reading() as session:
        found, content = media.read(session, by_code(session, code).version_id, name)
        return found.media_type, content
