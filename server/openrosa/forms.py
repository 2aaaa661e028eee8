"""The forms of open named rounds, as an OpenRosa client takes them: one form a round.

The round's id takes the place of the form's, so that a submission says which round it answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.access import Access
from server.core.days import today
from server.core.errors import NotFound
from server.openrosa.answers import Listed, ListedFile
from server.questionnaires import media
from server.questionnaires.models import QuestionnaireVersion, SurveyRound

_ROOT = re.compile(r"(<instance>\s*<[\w:.\-]+)([^>]*?)(/?>)")
_GIVEN = re.compile(r"\s(?:id|version)=(?:\"[^\"]*\"|'[^']*')")


@dataclass(frozen=True)
class Asked:
    """A round, the version that it asks, and the scope in which the account's answers are written."""

    round: SurveyRound
    version: QuestionnaireVersion
    scope: str


def open_rounds(session: Session, access: Access, form_id: str | None = None) -> list[Asked]:
    """Return the named rounds that are open today in a grid in which the account writes."""
    asked = select(SurveyRound, QuestionnaireVersion).join(
        QuestionnaireVersion, QuestionnaireVersion.id == SurveyRound.version_id
    )
    asked = asked.where(SurveyRound.state == "open", SurveyRound.mode == "named")
    if form_id is not None:
        asked = asked.where(SurveyRound.id == form_id)
    rows = session.execute(asked.order_by(SurveyRound.id)).all()
    found = [Asked(one, version, scope_of(access, one)) for one, version in rows]
    return [one for one in found if one.scope and one.round.opens <= today() <= one.round.closes]


def scope_of(access: Access, asked: SurveyRound) -> str:
    """Return the grid of the round in which the account writes; empty where there is none."""
    scopes = {f"grid:{grid}" for grid in asked.units or ()} & access.writable
    return min(scopes, default="")


def one_of(session: Session, access: Access, form_id: str) -> Asked:
    """Return the round; NotFound where it isn't one that the account may answer now."""
    found = open_rounds(session, access, form_id)
    if not found:
        raise NotFound("没有这份问卷, 或它已结束")
    return found[0]


def listed(session: Session, access: Access, form_id: str | None) -> list[Listed]:
    """Return the forms for the list."""
    found = open_rounds(session, access, form_id)
    files = media.of_versions(session, [one.version.id for one in found])
    return [
        Listed(
            one.round.id,
            one.round.title,
            str(one.version.number),
            document(one),
            one.version.id in files,
        )
        for one in found
    ]


def document(asked: Asked) -> bytes:
    """Return the XForm under the round's id, with the number of its version."""

    def marked(match: re.Match[str]) -> str:
        kept = _GIVEN.sub("", match[2])
        own = f" id={quoteattr(asked.round.id)} version={quoteattr(str(asked.version.number))}"
        return f"{match[1]}{own}{kept}{match[3]}"

    return _ROOT.sub(marked, asked.version.xform, count=1).encode()


def files(session: Session, asked: Asked) -> list[ListedFile]:
    """Return the files of the form."""
    names = media.of_versions(session, [asked.version.id]).get(asked.version.id, ())
    return [ListedFile(one.name, media.read(session, asked.version.id, one.name)[1]) for one in names]
