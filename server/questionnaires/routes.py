"""The endpoints of questionnaires: writing them, and handing them to the phones."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, request

from server.core.access import current_access
from server.core.api import Blueprint
from server.core.database import reading, writing
from server.core.errors import NotFound
from server.core.package import XLSX
from server.core.security import SANDBOX
from server.questionnaires import media, sending, versions
from server.questionnaires.models import QuestionnaireMedia
from server.questionnaires.schemas import (
    ArchiveIn,
    CheckedOut,
    MadeOut,
    MediaOut,
    QuestionnaireOut,
    RowsOut,
)

blueprint = Blueprint("questionnaires", __name__, url_prefix="/api", description="Questionnaires as XLSForm")
KEPT = "private, max-age=31536000, immutable"  # a version never changes, nor does what it names
VERSION = "/questionnaires/<questionnaire_id>/versions/<int:number>"


@blueprint.get("/questionnaires")
@blueprint.response(200, QuestionnaireOut(many=True))
def get_questionnaires() -> list[dict[str, Any]]:
    """Return the community's questionnaires with their versions."""
    return versions.listed(current_access())


@blueprint.post("/questionnaires")
@blueprint.doc(**sending.DESCRIPTION)
@blueprint.response(201, MadeOut)
def post_questionnaire() -> dict[str, Any]:
    """Store a new questionnaire; 422 `bad_form` with all findings, 409 `same_form`."""
    versions.require_author(current_access())
    return versions.create(current_access(), sending.sent(request))


@blueprint.post("/questionnaires/check")
@blueprint.doc(**sending.DESCRIPTION)
@blueprint.response(200, CheckedOut)
def post_check() -> dict[str, Any]:
    """Check a form without storing it."""
    versions.require_author(current_access())
    made = sending.sent(request).made
    is_error = {True: list[Any](), False: list[Any]()}
    for one in made["findings"]:
        is_error[one["severity"] == "error"].append(one)
    return made | {"errors": is_error[True], "warnings": is_error[False]}


@blueprint.put("/questionnaires/<questionnaire_id>")
@blueprint.doc(**sending.DESCRIPTION)
@blueprint.response(201, MadeOut)
def put_questionnaire(questionnaire_id: str) -> dict[str, Any]:
    """Store a new version; 422 `bad_form` with all findings, 409 `same_version`."""
    access = current_access()
    versions.require_author(access)
    with reading() as session:
        versions.questionnaire(session, access, questionnaire_id)
    return versions.add_version(access, questionnaire_id, sending.sent(request))


@blueprint.patch("/questionnaires/<questionnaire_id>")
@blueprint.arguments(ArchiveIn)
@blueprint.response(204)
def patch_questionnaire(change: dict[str, bool], questionnaire_id: str) -> None:
    """Put a questionnaire away, or take it out again."""
    versions.archive(current_access(), questionnaire_id, archived=change["archived"])


@blueprint.get(f"{VERSION}/form.xml")
@blueprint.response(200, content_type="application/xml")
def get_form(questionnaire_id: str, number: int) -> Response:
    """Return a version's XForm."""
    with reading() as session:
        one = versions.version(session, current_access(), questionnaire_id, number)
        return document(one.xform.encode(), "application/xml", one.sha256, f"{one.title}.xml")


@blueprint.get(f"{VERSION}/form.xlsx")
@blueprint.response(200, content_type=XLSX)
def get_sheet(questionnaire_id: str, number: int) -> Response:
    """Return a version's spreadsheet, to be edited and uploaded again."""
    with reading() as session:
        one = versions.version(session, current_access(), questionnaire_id, number)
        return document(one.sheet, XLSX, f"{one.sha256}-xlsx", f"{one.title}.xlsx")


@blueprint.get(f"{VERSION}/rows")
@blueprint.response(200, RowsOut)
def get_rows(questionnaire_id: str, number: int) -> dict[str, Any]:
    """Return a version's rows, to be edited in the builder."""
    with reading() as session:
        one = versions.version(session, current_access(), questionnaire_id, number)
        return {"title": one.title, "rows": one.rows}


@blueprint.get(f"{VERSION}/media/<name>")
@blueprint.response(200, content_type="application/octet-stream")
def get_media(questionnaire_id: str, number: int, name: str) -> Response:
    """Return a file beside a version."""
    with reading() as session:
        one = versions.version(session, current_access(), questionnaire_id, number)
        return file(*media.read(session, one.id, name))


@blueprint.put(f"{VERSION}/media/<name>")
@blueprint.response(200, MediaOut)
def put_media(questionnaire_id: str, number: int, name: str) -> dict[str, Any]:
    """Store a file beside a version: its bytes are the body; 409 `version_in_use`."""
    access = current_access()
    versions.require_author(access)
    with reading() as session:
        versions.version(session, access, questionnaire_id, number)
    content = request.stream.read(media.MOST_BYTES + 1)
    with writing() as session:
        one = versions.version(session, access, questionnaire_id, number)
        return media.put(session, one, name, content)


@blueprint.get("/surveys/forms/<version_id>")
@blueprint.response(200, content_type="application/xml")
def get_survey_form(version_id: str) -> Response:
    """Return a version's XForm to a phone of its community."""
    with reading() as session:
        one = versions.readable(session, current_access(), version_id)
        return document(one.xform.encode(), "application/xml", one.sha256, f"{one.title}.xml")


@blueprint.get("/surveys/forms/<version_id>/media/<name>")
@blueprint.response(200, content_type="application/octet-stream")
def get_survey_media(version_id: str, name: str) -> Response:
    """Return a file beside a version to a phone of its community."""
    with reading() as session:
        one = versions.readable(session, current_access(), version_id)
        return file(*media.read(session, one.id, name))


def file(one: QuestionnaireMedia, content: bytes) -> Response:
    """Return the answer that carries a file."""
    return document(content, one.media_type, one.sha256, one.name)


def document(content: bytes, media_type: str, etag: str, name: str) -> Response:
    """Return the answer that carries a document, which is only ever looked at as a file."""
    if not content:
        raise NotFound("没有这个文件", code="file_unknown")
    headers = {
        "Cache-Control": KEPT,
        "Vary": "Cookie",  # another account on this phone doesn't find it in the browser's cache
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": SANDBOX,
    }
    response = Response(content, mimetype=media_type, headers=headers)
    response.set_etag(etag)
    response.make_conditional(request)
    return response
