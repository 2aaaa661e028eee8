"""The endpoints of imports."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from server.core.access import Role, current_access
from server.core.api import Blueprint
from server.core.errors import BadInput, TooMuch
from server.core.fields import InputSchema, Text
from server.core.package import MOST_BYTES, XLSX
from server.imports.households import import_households
from server.imports.moves import move_household
from server.imports.template import template

blueprint = Blueprint("imports", __name__, url_prefix="/api", description="Households from spreadsheets")
_ENVELOPE = 64 * 1024  # what multipart adds to the file


class ImportFiles(InputSchema):
    """The file of an import."""

    file = Upload(required=True)


class ImportForm(InputSchema):
    """The choices of an import: 0 or 1 each."""

    skip_bad = fields.Boolean(load_default=False)
    dry_run = fields.Boolean(load_default=False)


class MoveIn(InputSchema):
    """The grid into which a household moves."""

    grid_id = Text(maximum=36, required=True)


class MoveOut(Schema):
    """How many records of each type moved with the household."""

    moved = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class RowErrorOut(Schema):
    """What is wrong with a row, as Excel counts it."""

    row = fields.Integer(required=True)
    column = fields.String(required=True)
    message = fields.String(required=True)


class ImportOut(Schema):
    """The report of an import; see `report.ImportReport`."""

    sheet = fields.String(required=True)
    rows = fields.Integer(required=True)
    imported = fields.Integer(required=True)
    created = fields.Integer(required=True)
    moved = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    kept = fields.Integer(required=True)
    conflicts = fields.Integer(required=True)
    skipped = fields.Integer(required=True)
    dry_run = fields.Boolean(required=True)
    refused = fields.Boolean(required=True)
    notes = fields.List(fields.String(), required=True)
    errors = fields.List(fields.Nested(RowErrorOut), required=True)


@blueprint.before_request
def limit_upload() -> None:
    """Refuse a larger body before it is read, and say the limit."""
    request.max_content_length = MOST_BYTES + _ENVELOPE
    if (request.content_length or 0) > MOST_BYTES + _ENVELOPE:
        raise TooMuch(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请分成几个文件导入", field="file")
    if request.endpoint != "imports.post_move":  # Supervisors move, too: `move_household` decides.
        current_access().require(Role.ORG_ADMIN)


@blueprint.post("/households/import")
@blueprint.arguments(ImportFiles, location="files")
@blueprint.arguments(ImportForm, location="form")
@blueprint.response(200, ImportOut)
def post_import(files: dict[str, Any], form: dict[str, bool]) -> dict[str, Any]:
    """Import a list of households; 422 `bad_rows` with every bad row, unless `skip_bad`."""
    report = import_households(
        current_access(), files["file"].stream, skip_bad=form["skip_bad"], dry_run=form["dry_run"]
    )
    if report.refused:
        message = f"有 {report.skipped} 行有误，全部没有导入"
        raise BadInput(message, code="bad_rows", field="file", **report.as_json())
    return report.as_json()


@blueprint.post("/households/<household_id>/move")
@blueprint.arguments(MoveIn)
@blueprint.response(200, MoveOut)
def post_move(move: dict[str, str], household_id: str) -> dict[str, dict[str, int]]:
    """Move a household into another grid, with its open problems; 409 `already_there`."""
    return {"moved": move_household(household_id, move["grid_id"])}


@blueprint.get("/households/template.xlsx")
@blueprint.response(200, content_type=XLSX)
def get_template() -> Response:
    """Return the template to fill in."""
    headers = {
        "Content-Disposition": "attachment; filename*=UTF-8''%E4%BD%8F%E6%88%B7%E6%A8%A1%E6%9D%BF.xlsx"
    }
    return Response(template(), mimetype=XLSX, headers=headers)
