"""What the endpoints of questionnaires take and give."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validates

from server.core.fields import InputSchema, Text
from server.questionnaires.authoring.book import SHEETS
from server.questionnaires.authoring.limits import MOST_ROWS, MOST_TEXT

CELLS = fields.Dict(keys=fields.String(), values=fields.String())


class RowsIn(InputSchema):
    """A questionnaire as the builder writes it: XLSForm's rows, each with its cells by heading."""

    labels: ClassVar[dict[str, str]] = {"name": "名称", "rows": "行"}
    name = Text(maximum=120, load_default="")
    rows = fields.Dict(keys=fields.String(), values=fields.List(CELLS), required=True)

    @validates("rows")
    def check_rows(self, rows: dict[str, list[dict[str, str]]], **_options: Any) -> None:  # noqa: ANN401
        """Refuse sheets that mean nothing, and more than a workbook could hold."""
        if unknown := set(rows) - set(SHEETS):
            raise ValidationError(f"没有工作表 {'、'.join(sorted(unknown))}")
        if any(len(sheet) > MOST_ROWS for sheet in rows.values()):
            raise ValidationError(f"一个工作表最多 {MOST_ROWS} 行")
        for sheet in rows.values():
            if any(len(text) > MOST_TEXT for row in sheet for pair in row.items() for text in pair):
                raise ValidationError(f"一格最多 {MOST_TEXT} 个字")


class ArchiveIn(InputSchema):
    """Whether a questionnaire is put away."""

    archived = fields.Boolean(required=True)


class FindingOut(Schema):
    """What is wrong in a form, where, and how to mend it; see `authoring.findings`."""

    sheet = fields.String(required=True)
    row = fields.Integer(required=True)
    column = fields.String(required=True)
    cell = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    mend = fields.String(required=True)
    severity = fields.String(required=True)


class MediaOut(Schema):
    """A file beside a form."""

    name = fields.String(required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)
    media_type = fields.String(required=True)


class MadeOut(Schema):
    """A version that was stored."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    version_id = fields.String(required=True)
    sha256 = fields.String(required=True)
    warnings = fields.List(fields.Nested(FindingOut), required=True)
    missing_media = fields.List(fields.String(), required=True)


class CheckedOut(Schema):
    """What was found in a form that wasn't stored, and its XForm for the preview where it has no error."""

    title = fields.String(required=True)
    errors = fields.List(fields.Nested(FindingOut), required=True)
    warnings = fields.List(fields.Nested(FindingOut), required=True)
    xform = fields.String(required=True, allow_none=True)
    rows = fields.Dict(keys=fields.String(), values=fields.List(CELLS), required=True)


class VersionOut(Schema):
    """A version in the list."""

    id = fields.String(required=True)
    number = fields.Integer(required=True)
    title = fields.String(required=True)
    sha256 = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    media = fields.List(fields.Nested(MediaOut), required=True)


class QuestionnaireOut(Schema):
    """A questionnaire with its versions, the newest first."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    unit_id = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    archived = fields.Boolean(required=True)
    versions = fields.List(fields.Nested(VersionOut), required=True)


class RowsOut(Schema):
    """The rows of a version, for the builder."""

    title = fields.String(required=True)
    rows = fields.Dict(keys=fields.String(), values=fields.List(CELLS), required=True)
