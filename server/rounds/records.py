"""A round as records: one in each grid that it covers (rule Q1)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select

from server.questionnaires.models import QuestionnaireMedia, QuestionnaireVersion, SurveyRound
from server.sync.models import Record
from server.sync.own_ids import server_id
from server.sync.system import Write, write_records

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def put_records(session: Session, account_id: str, found: SurveyRound) -> None:
    """Write the round's records, or what has changed of them, in the account's name."""
    session.flush()
    fields = fields_of(session, found)
    ids = {server_id(found.id, grid): grid for grid in found.units or []}
    there = {row.id: row for row in session.execute(present(list(ids)))}
    writes = [write_of(rid, f"grid:{grid}", fields, there.get(rid)) for rid, grid in sorted(ids.items())]
    write_records(session, account_id, [one for one in writes if one is not None])


def present(ids: list[str]) -> Any:  # noqa: ANN401 - a select of three columns
    """Return the statement that reads the records of the ids."""
    return select(Record.id, Record.fields, Record.stamps).where(Record.id.in_(ids))


def write_of(rid: str, scope: str, fields: dict[str, Any], there: Any) -> Write | None:  # noqa: ANN401 - a row
    """Return the op that makes the record say the fields; None where it does."""
    if there is None:
        return Write("survey_round", rid, scope, "create", fields)
    before, stamps = orjson.loads(there.fields), orjson.loads(there.stamps)
    news = {name: value for name, value in fields.items() if before.get(name) != value}
    if not news:
        return None
    return Write("survey_round", rid, scope, "set", news, base={name: stamps.get(name, 1) for name in news})


def fields_of(session: Session, found: SurveyRound) -> dict[str, Any]:
    """Return what phones know of the round."""
    version = session.get_one(QuestionnaireVersion, found.version_id)
    media = select(QuestionnaireMedia.name, QuestionnaireMedia.sha256).where(
        QuestionnaireMedia.version_id == found.version_id
    )
    fields: dict[str, Any] = {
        "round_id": found.id,
        "unit_id": found.unit_id,
        "title": found.title,
        "mode": found.mode,
        "anonymous_unit": found.anonymous_unit,
        "opens": found.opens.isoformat(),
        "closes": found.closes.isoformat(),
        "state": found.state,
        "version_id": found.version_id,
        "form_sha256": version.sha256,
        "media": [
            {"name": row.name, "sha256": row.sha256}
            for row in session.execute(media.order_by(QuestionnaireMedia.name))
        ],
    }
    if found.public_key is not None:
        fields["public_key"] = urlsafe_b64encode(found.public_key).decode().rstrip("=")
    texts = {"consent": found.consent, "feedback": found.feedback}
    return fields | {name: text for name, text in texts.items() if text}
